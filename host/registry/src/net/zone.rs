//! [`Zone`]: how far inside an address is. Requests may lead outwards, never inwards.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far inside an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Zone {
    /// Anybody's.
    Public,
    /// Of a company or a home.
    Private,
    /// This machine.
    Loopback,
}

impl Zone {
    /// [`None`] for addresses that nothing is ever fetched from: services of a cloud that give out credentials are
    /// there, or nothing at all.
    pub(crate) fn of(address: IpAddr) -> Option<Self> {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Option<Self> {
        let [a, b, c, _] = address.octets();
        // Alibaba's metadata is in the range of carriers; Oracle's in that of protocols.
        let metadata = address == Ipv4Addr::new(100, 100, 100, 200);
        match (a, b, c) {
            _ if metadata => None,
            (0, ..) | (169, 254, _) | (192, 0, 0) | (224.., ..) => None,
            (127, ..) => Some(Self::Loopback),
            (10, ..) | (172, 16..=31, _) | (192, 168, _) | (100, 64..=127, _) | (198, 18..=19, _) => {
                Some(Self::Private)
            }
            _ => Some(Self::Public),
        }
    }

    fn of_v6(address: Ipv6Addr) -> Option<Self> {
        if address.is_loopback() {
            return Some(Self::Loopback);
        }
        // Addresses of version 4 come in many dresses: mapped and compatible, translated (NAT64), tunnelled (6to4).
        let inside = |high: u16, low: u16| {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            Self::of_v4(Ipv4Addr::new(a, b, c, d))
        };
        match address.segments() {
            [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => inside(high, low),
            [0x2002, high, low, ..] => inside(high, low),
            // Amazon's metadata.
            [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] => None,
            [0xfe80..=0xfebf | 0xff00.., ..] => None,
            [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] | [0x64, 0xff9b, 1, ..] => Some(Self::Private),
            _ => Some(Self::Public),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dress_of_an_address_is_seen_through() {
        use Zone::{Loopback, Private, Public};
        for (zone, addresses) in [
            (Some(Loopback), "127.0.0.1 127.9.9.9 ::1 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1::"),
            (Some(Private), "10.0.0.1 172.16.0.1 172.31.9.9 192.168.1.1 100.64.0.1 fc00::1 fd12::1 ::ffff:10.0.0.1"),
            (Some(Public), "8.8.8.8 172.32.0.1 192.0.2.1 2001:db8::1 ::ffff:8.8.8.8"),
            (None, "169.254.169.254 ::ffff:169.254.169.254 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe:: fe80::1"),
            (None, "0.0.0.0 :: 224.0.0.1 255.255.255.255 ff02::1 100.100.100.200 192.0.0.192 fd00:ec2::254"),
        ] {
            for address in addresses.split(' ') {
                assert_eq!(Zone::of(address.parse().unwrap()), zone, "{address}");
            }
        }
    }
}
