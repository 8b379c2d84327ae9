//! Chance can be checked by anybody: held to another way of choosing, and to what was worked out by hand of `sha256sum`.

use proptest::prelude::*;

use super::*;

/// The SHA-256 of FIPS 180-4, from its own pages: nothing is shared with the one that chooses.
fn sha256(message: &[u8]) -> [u8; 32] {
    fn first_bits_of_roots(count: usize, root: f64) -> Vec<u32> {
        let primes = (2_u32..).filter(|n| (2..*n).all(|d| n % d != 0));
        let fraction = |prime: u32| f64::from(prime).powf(1.0 / root).fract();
        let bits = |prime| (fraction(prime) * 4_294_967_296.0) as u32;
        primes.take(count).map(bits).collect()
    }
    let (mut state, rounds) = (first_bits_of_roots(8, 2.0), first_bits_of_roots(64, 3.0));
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize((message.len() + 9).div_ceil(64) * 64 - 8, 0);
    padded.extend((message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut w: Vec<u32> = block
            .chunks(4)
            .map(|word| u32::from_be_bytes(word.try_into().unwrap()))
            .collect();
        for i in 16..64 {
            let (a, b) = (w[i - 15], w[i - 2]);
            let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            let sum = w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]);
            w.push(sum.wrapping_add(s1));
        }
        let mut v = state.clone();
        for i in 0..64 {
            let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let choice = (v[4] & v[5]) ^ (!v[4] & v[6]);
            let one = [v[7], s1, choice, rounds[i], w[i]]
                .into_iter()
                .fold(0, u32::wrapping_add);
            let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let most = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(one);
            v[0] = one.wrapping_add(s0.wrapping_add(most));
        }
        let sums = state.iter().zip(&v).map(|(a, b)| a.wrapping_add(*b));
        state = sums.collect();
    }
    let bytes: Vec<u8> = state.into_iter().flat_map(u32::to_be_bytes).collect();
    bytes.try_into().unwrap()
}

/// Somebody is chosen if fewer than so many come before them.
fn oracle(fitting: &[Invited], sample: Sample) -> Vec<Invited> {
    let place = |one: &Invited| {
        let seed = sample.seed.to_be_bytes();
        sha256(&[&seed[..], one.person.as_str().as_bytes()].concat())
    };
    let places: Vec<_> = fitting.iter().map(place).collect();
    let before = |mine: &[u8; 32]| places.iter().filter(|place| *place < mine).count();
    let mut chosen: Vec<_> = fitting
        .iter()
        .filter(|one| before(&place(one)) < sample.people as usize)
        .cloned()
        .collect();
    chosen.sort_by_key(|one| one.person.to_string());
    chosen
}

#[test]
fn the_oracle_is_sha_256() {
    let hex = |message: &str| {
        let digits = sha256(message.as_bytes()).into_iter();
        digits.map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    // FIPS 180-4, examples B.1 and B.2.
    assert_eq!(
        hex("abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(
        hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    );
}

proptest! {
    #[test]
    fn who_is_chosen_follows_from_the_seed_alone(
        numbers in prop::collection::btree_set(0_usize..1_000, 0..60),
        asked in 0_u32..70,
        seed: u64,
        turn in 0_usize..60,
    ) {
        let mut fitting: Vec<_> = numbers.into_iter().map(person).collect();
        let sample = Sample { people: asked, seed };
        let expected = oracle(&fitting, sample);
        // In whatever order they were found.
        let turn = turn.min(fitting.len());
        fitting.rotate_left(turn);
        let chosen = chosen(fitting.clone(), Some(sample));
        prop_assert_eq!(&chosen, &expected);
        prop_assert_eq!(chosen.len(), fitting.len().min(asked as usize));
    }

    /// Who comes later into a sample of the same seed puts at most one of those out who were in it.
    #[test]
    fn one_more_puts_at_most_one_out(count in 1_usize..50, asked in 1_u32..50, seed: u64) {
        let sample = Some(Sample { people: asked, seed });
        let before = chosen(people(0, count), sample);
        let after = chosen(people(0, count + 1), sample);
        let out = before.iter().filter(|one| !after.contains(one)).count();
        prop_assert!(out <= 1);
    }
}

#[test]
fn without_a_sample_all_are_asked_in_the_order_of_their_ids() {
    let mut turned = people(0, 9);
    turned.rotate_left(4);
    assert_eq!(chosen(turned, None), people(0, 9));
}

/// Over many seeds, each of ten is among the three as often as any other: 3 in 10, within what chance allows.
#[test]
fn each_is_chosen_as_often_as_any_other() {
    let seeds = 3_000_u64;
    let mut times = std::collections::BTreeMap::new();
    for seed in 0..seeds {
        let sample = Some(Sample { people: 3, seed });
        for one in chosen(people(0, 10), sample) {
            *times.entry(one.person).or_insert(0_u32) += 1;
        }
    }
    // Chi squared with 9 degrees of freedom, of a sample without putting back: the variance is that of 0.3, less by (10-3)/9.
    let expected = 0.3 * seeds as f64;
    let chi: f64 = times
        .values()
        .map(|times| (f64::from(*times) - expected).powi(2) / expected)
        .sum();
    assert_eq!(times.len(), 10);
    assert!(chi < 27.9, "{chi}: less than one in a thousand");
}
