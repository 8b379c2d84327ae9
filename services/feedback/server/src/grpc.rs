//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.
