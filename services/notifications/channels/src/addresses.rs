//! Which addresses of the Internet Protocol may be posted to: the public ones, and those that the configuration allows.
//!
//! An endpoint's address comes from whoever registers it, and we stand inside the house's network. Without these rules a
//! webhook could be made to talk to a database, a printer or the cloud's metadata service.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

use crate::config::Allowed;

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Anybody on the Internet may be there.
    Public,
    /// Not for the Internet: only if the configuration allows it.
    Private(&'static str),
    /// Never, whatever is allowed.
    Never(&'static str),
}

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(words: [u16; 4], bits: u8) -> Ipv6Net {
    let [a, b, c, d] = words;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), bits)
}

/// Where clouds tell their machines who they are and with which keys: whoever reaches one of these is the machine.
const METADATA: [IpAddr; 7] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

/// The special networks of IPv4 (IANA's registry), but for those that are nobody's.
const PRIVATE_V4: [(Ipv4Net, &str); 12] = [
    (v4(10, 0, 0, 0, 8), "private"),
    (v4(100, 64, 0, 0, 10), "shared"),
    (v4(127, 0, 0, 0, 8), "loopback"),
    (v4(169, 254, 0, 0, 16), "link-local"),
    (v4(172, 16, 0, 0, 12), "private"),
    (v4(192, 0, 0, 0, 24), "reserved for protocols"),
    (v4(192, 0, 2, 0, 24), "for documentation"),
    (v4(192, 88, 99, 0, 24), "6to4"),
    (v4(192, 168, 0, 0, 16), "private"),
    (v4(198, 18, 0, 0, 15), "for benchmarks"),
    (v4(198, 51, 100, 0, 24), "for documentation"),
    (v4(203, 0, 113, 0, 24), "for documentation"),
];

/// No receiver can be there.
const NOBODY_V4: [(Ipv4Net, &str); 3] = [
    (v4(0, 0, 0, 0, 8), "unspecified"),
    (v4(224, 0, 0, 0, 4), "multicast"),
    (v4(240, 0, 0, 0, 4), "reserved or broadcast"),
];

/// All of IPv6 that is public is in here…
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0], 3);

/// …but for these. Relics that carry an IPv4 address (6to4, and Teredo within 2001::/23) are refused whatever they carry.
const PRIVATE_V6: [(Ipv6Net, &str); 7] = [
    (v6([0x2001, 0, 0, 0], 23), "reserved for protocols"),
    (v6([0x2001, 0xdb8, 0, 0], 32), "for documentation"),
    (v6([0x2002, 0, 0, 0], 16), "6to4"),
    (v6([0x3fff, 0, 0, 0], 20), "for documentation"),
    (v6([0xfc00, 0, 0, 0], 7), "private"),
    (v6([0xfe80, 0, 0, 0], 10), "link-local"),
    (v6([0, 0, 0, 0], 96), "loopback or IPv4-compatible"),
];

/// An IPv4 address as hosts without IPv4 reach it (RFC 6052).
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0], 96);

/// The address that is really spoken to: an IPv4 address also where IPv6 only wraps it.
pub(crate) fn unwrapped(address: IpAddr) -> IpAddr {
    let IpAddr::V6(wide) = address else {
        return address;
    };
    if NAT64.contains(&wide) {
        let [.., a, b, c, d] = wide.octets();
        return Ipv4Addr::new(a, b, c, d).into();
    }
    wide.to_ipv4_mapped().map_or(address, IpAddr::V4)
}

/// What an address is for.
pub(crate) fn standing(address: IpAddr) -> Standing {
    let address = unwrapped(address);
    if METADATA.contains(&address) {
        return Standing::Never("a cloud's metadata service");
    }
    match address {
        IpAddr::V4(address) => standing_v4(address),
        IpAddr::V6(address) => standing_v6(address),
    }
}

fn standing_v4(address: Ipv4Addr) -> Standing {
    let among = |table: &[(Ipv4Net, &'static str)]| {
        let found = table.iter().find(|(network, _)| network.contains(&address));
        found.map(|(_, what)| *what)
    };
    match (among(&NOBODY_V4), among(&PRIVATE_V4)) {
        (Some(what), _) => Standing::Never(what),
        (None, Some(what)) => Standing::Private(what),
        (None, None) => Standing::Public,
    }
}

fn standing_v6(address: Ipv6Addr) -> Standing {
    if address.is_unspecified() {
        return Standing::Never("unspecified");
    }
    if address.is_multicast() {
        return Standing::Never("multicast");
    }
    let special = PRIVATE_V6
        .iter()
        .find(|(network, _)| network.contains(&address));
    match special {
        Some((_, what)) => Standing::Private(what),
        None if GLOBAL_V6.contains(&address) => Standing::Public,
        None => Standing::Private("reserved"),
    }
}

/// Whether an address may be posted to; if not, what it is. A host that is allowed by name may be at any private one.
pub(crate) fn check(
    address: IpAddr,
    host_is_allowed: bool,
    allowed: &[Allowed],
) -> Result<(), &'static str> {
    let address = unwrapped(address);
    let in_allowed_network = || {
        allowed.iter().any(|allowed| match allowed {
            Allowed::Network(network) => network.contains(&address),
            Allowed::Host(_) => false,
        })
    };
    match standing(address) {
        Standing::Public => Ok(()),
        Standing::Private(_) if host_is_allowed || in_allowed_network() => Ok(()),
        Standing::Private(what) | Standing::Never(what) => Err(what),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(address: &str) -> Standing {
        standing(address.parse().unwrap())
    }

    #[test]
    fn what_the_internet_may_use_is_public() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2001:4860:4860::8888",
            "2a00:1450::1",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
        ] {
            assert_eq!(of(address), Standing::Public, "{address}");
        }
    }

    #[test]
    fn what_is_not_for_the_internet_is_private() {
        for address in [
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "::1",
            "::127.0.0.1",
            "::8.8.8.8",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::8.8.8.8",
            "100::1",
            "2001::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
        ] {
            assert!(matches!(of(address), Standing::Private(_)), "{address}");
        }
    }

    #[test]
    fn what_nobody_may_be_told_of_stays_forbidden() {
        let everything = ["0.0.0.0/0", "::/0"].map(|text| text.parse().unwrap());
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.170.2",
            "168.63.129.16",
            "100.100.100.200",
            "192.0.0.192",
            "::ffff:169.254.169.254",
            "64:ff9b::169.254.169.254",
            "fd00:ec2::254",
            "fd20:ce::254",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "ff02::1",
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert!(matches!(standing(address), Standing::Never(_)), "{address}");
            assert!(check(address, true, &everything).is_err(), "{address}");
        }
    }

    #[test]
    fn a_private_address_may_be_used_where_its_network_or_its_host_is_allowed() {
        let allowed = ["10.1.0.0/16", "fd12::/48", "192.168.7.7"].map(|text| text.parse().unwrap());
        let may = |address: &str, by_name| check(address.parse().unwrap(), by_name, &allowed);
        for address in ["10.1.2.3", "::ffff:10.1.2.3", "fd12::5", "192.168.7.7"] {
            assert_eq!(may(address, false), Ok(()), "{address}");
        }
        for address in ["10.2.0.1", "fd12:0:1::5", "192.168.7.8", "127.0.0.1"] {
            assert!(may(address, false).is_err(), "{address}");
            assert_eq!(may(address, true), Ok(()), "{address}");
        }
    }

    proptest! {
        /// However IPv6 wraps an IPv4 address, it is no more public than the address itself.
        #[test]
        fn wrapping_an_address_makes_it_no_more_public(bits: u32) {
            let plain = Ipv4Addr::from(bits);
            let [a, b, c, d] = plain.octets().map(u16::from);
            let (high, low) = (a << 8 | b, c << 8 | d);
            let wrapped = [
                plain.to_ipv6_mapped(),
                plain.to_ipv6_compatible(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, 0x4136, 0xe378, 0x8000, 0x63bf, !high, !low),
            ];
            for wrapped in wrapped {
                if standing(plain.into()) != Standing::Public {
                    prop_assert_ne!(standing(wrapped.into()), Standing::Public, "{}", wrapped);
                }
            }
        }

        /// The standard library, where it has an opinion, agrees.
        #[test]
        fn nothing_that_the_standard_library_calls_private_is_public(bits: u32) {
            let address = Ipv4Addr::from(bits);
            let special = address.is_private() || address.is_loopback() || address.is_link_local()
                || address.is_broadcast() || address.is_documentation() || address.is_multicast()
                || address.is_unspecified();
            prop_assert!(!special || standing(address.into()) != Standing::Public);
        }
    }
}
