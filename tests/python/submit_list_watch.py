"""Asks for a service over gRPC, as another system would: submits a request, lists it, watches it to its confirmed end.

The client is generated here from proto/ by grpcio-tools; nothing of Khidma's own code is used. Every step is told as
one line of JSON on standard output, so that whoever runs this can play the provider's part meanwhile:

    {"step": "submitted", "id": "…", "position": 7}
    {"step": "listed", "requests": 1}
    {"step": "seen", "kind": "acknowledged", "state": "STATE_ACKNOWLEDGED", "position": 9}
    {"step": "confirmed", "kinds": ["submitted", "acknowledged", "…"]}

Exit code 0 if all went as it has to, 1 with a message on standard error if not.
"""

import argparse
import importlib
import json
import sys
import uuid
from pathlib import Path

import grpc
import grpc_tools
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parents[2]
ENDED = {"STATE_CONFIRMED", "STATE_CLOSED", "STATE_DECLINED", "STATE_CANCELLED"}


class Wrong(Exception):
    """An answer that is not as it has to be."""


def generate(out: Path):
    """Generates the client of khidma.requests.v1 into `out`; gives its messages and its stub's module."""
    out.mkdir(parents=True, exist_ok=True)
    proto = ROOT / "proto"
    well_known = Path(grpc_tools.__file__).parent / "_proto"
    files = [str(file) for file in sorted(proto.rglob("*.proto"))]
    arguments = [f"-I{proto}", f"-I{well_known}", f"--python_out={out}", f"--grpc_python_out={out}"]
    if protoc.main(["protoc", *arguments, *files]) != 0:
        raise Wrong("protoc of grpcio-tools refused proto/")
    sys.path.insert(0, str(out))
    package = "khidma.requests.v1"
    return (
        importlib.import_module(f"{package}.requests_pb2"),
        importlib.import_module(f"{package}.requests_pb2_grpc"),
    )


def tell(step: str, **particulars):
    """One line of JSON to whoever runs this."""
    print(json.dumps({"step": step, **particulars}), flush=True)


class Requester:
    """A caller who asks a department for something."""

    def __init__(self, messages, stub, token: str, deadline: float):
        self.messages = messages
        self.stub = stub
        self.call = {"metadata": [("authorization", f"Bearer {token}")], "timeout": deadline}

    def submit(self, provider: str, title: str):
        """Submits twice under one key, as after a lost answer: it has to be one request."""
        wish = self.messages.SubmitRequest(
            request_id=str(uuid.uuid4()), provider_id=provider, title=title, tags=["python"]
        )
        first = self.stub.Submit(wish, **self.call)
        again = self.stub.Submit(wish, **self.call)
        if (first.id, first.position) != (again.id, again.position):
            raise Wrong(f"the same request_id gave two answers: {first} and {again}")
        tell("submitted", id=first.id, position=first.position)
        return first

    def list(self, submitted):
        """Finds the request in the caller's list, which has to show what was just written."""
        query = self.messages.ListRequest(requester_id="me", tag="python", min_position=submitted.position)
        listed = self.stub.List(query, **self.call).requests
        if sum(request.id == submitted.id for request in listed) != 1:
            raise Wrong(f"the list does not show {submitted.id} once")
        tell("listed", requests=len(listed))

    def watch(self, submitted, confirm: bool):
        """Watches until the request has ended; confirms it once it is resolved, if asked to."""
        kinds = []
        last = 0
        query = self.messages.WatchRequestRequest(id=submitted.id)
        for seen in self.stub.WatchRequest(query, **self.call):
            if seen.position <= last:
                raise Wrong(f"position {seen.position} came after {last}")
            last = seen.position
            state = self.messages.State.Name(seen.request.state)
            for entry in seen.entries:
                kinds.append(entry.kind)
                tell("seen", kind=entry.kind, state=state, position=seen.position)
            if state == "STATE_RESOLVED" and confirm:
                confirm = False
                key = str(uuid.uuid4())
                self.stub.Confirm(self.messages.ConfirmRequest(request_id=key, id=submitted.id), **self.call)
            # What is told late comes with the request as it stands now: the end is reached with its last commit.
            if state in ENDED and seen.position >= seen.request.position:
                return state, kinds
        raise Wrong("the stream ended before the request did")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", required=True, help="host:port of the requests service")
    parser.add_argument("--token-file", required=True, type=Path, help="file with the requester's token")
    parser.add_argument("--provider", required=True, help="id of the department to ask")
    parser.add_argument("--title", default="A laptop, please")
    parser.add_argument("--confirm", action="store_true", help="confirm once it is resolved, instead of waiting for it")
    parser.add_argument("--deadline", type=float, default=60.0, help="seconds that no call may exceed")
    parser.add_argument("--generated", type=Path, default=ROOT / "target/python", help="where the client is generated")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    try:
        messages, services = generate(args.generated)
        with grpc.insecure_channel(args.server) as channel:
            stub = services.RequestsServiceStub(channel)
            requester = Requester(messages, stub, args.token_file.read_text().strip(), args.deadline)
            submitted = requester.submit(args.provider, args.title)
            requester.list(submitted)
            state, kinds = requester.watch(submitted, args.confirm)
        if state != "STATE_CONFIRMED":
            raise Wrong(f"it ended as {state}")
        tell("confirmed", kinds=kinds)
        return 0
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
    except grpc.RpcError as error:
        print(f"{error.code().name}: {error.details()}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
