import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Whether an IP address is public unicast: the only kind that a page from the open web may lead to. Not loopback, private,
 * link-local (which holds the cloud metadata services), shared, multicast, documentation or reserved ones, by the IANA
 * registries of special-purpose addresses (RFC 6890). An IPv6 address that carries IPv4 ones is judged by those. What is no
 * address at all is not public.
 */
export function isPublicAddress(address: string): boolean {
  // The deprecated ::a.b.c.d (RFC 4291, 2.5.5.1) is nowhere routed; ipaddr.js takes it for a mapped address.
  if (isIP(address) === 0 || /^::[\d.]+$/.test(address)) return false
  const parsed = ipaddr.parse(address)
  return parsed instanceof ipaddr.IPv4 ? isPublicV4(parsed) : isPublicV6(parsed as ipaddr.IPv6)
}

/** Public by number, but answered by the host of the virtual machine: Azure's platform service (WireServer). */
const platformAddresses = new Set(['168.63.129.16'])

function isPublicV4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && !platformAddresses.has(address.toString())
}

function isPublicV6(address: ipaddr.IPv6): boolean {
  const [first = 0, second = 0, third = 0, fourth = 0, , , seventh = 0, eighth = 0] = address.parts
  switch (address.range()) {
    case 'ipv4Mapped':
      return isPublicV4(v4(seventh, eighth))
    case 'rfc6052':
      // NAT64: 64:ff9b::/96 embeds a public address; 64:ff9b:1::/48 (RFC 8215) is for local use.
      return third === 0 && isPublicV4(v4(seventh, eighth))
    case '6to4':
      return isPublicV4(v4(second, third))
    case 'teredo':
      // RFC 4380: the server in clear, the client with its bits inverted.
      return isPublicV4(v4(third, fourth)) && isPublicV4(v4(~seventh & 0xffff, ~eighth & 0xffff))
    case 'unicast':
      // Global unicast is 2000::/3 (RFC 4291); the rest, the old ::a.b.c.d notation included, only looks like it.
      return (first & 0xe000) === 0x2000
    default:
      return false
  }
}

function v4(high: number, low: number): ipaddr.IPv4 {
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff])
}
