import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import { Failure } from '../core/failure.ts'
import type { LookupAll, ResolvedAddress } from './contract.ts'
import { addressRefused, dnsFailure } from './failures.ts'

export interface ConnectorOptions {
  readonly lookup: LookupAll
  /** Whether this address may be connected to. */
  readonly permits: (address: string) => boolean
  /** For name look-up, TCP and TLS together. */
  readonly timeoutMs: number
  /** Destroys every socket, the connecting ones too, when it aborts. */
  readonly signal: AbortSignal
  /** Whether a server may choose HTTP/2. Default: true. */
  readonly http2?: boolean
}

/**
 * Opens the sockets of an undici dispatcher, to permitted addresses only. A name is resolved once per connection and every one
 * of its addresses must be permitted; the socket is given those addresses and nothing else, so a name that resolves
 * differently a moment later (DNS rebinding) changes nothing. They are tried in turn (Happy Eyeballs, RFC 8305, by Node).
 */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  const { permits, timeoutMs, signal, http2 = true } = options
  const resolve = sharedLookup(options.lookup)
  const lookup: LookupFunction = (hostname, { all }, callback) => {
    resolve(hostname)
      .then((addresses) => vetted(hostname, addresses, permits))
      .then(
        (addresses) =>
          all ? callback(null, [...addresses]) : callback(null, addresses[0].address, addresses[0].family),
        (failure: Failure) => callback(failure, ''),
      )
  }
  const open = buildConnector({
    allowH2: http2,
    preferH2: http2,
    timeout: timeoutMs,
    autoSelectFamily: true,
    lookup,
    signal,
  })

  return (target, callback) => {
    const { hostname } = target
    const known = knownAddress(hostname)
    if (known !== undefined && !permits(known)) {
      queueMicrotask(() => callback(addressRefused(hostname, known), null))
      return
    }
    open(isIP(hostname) === 0 ? { ...target, servername: withoutRootDot(hostname) } : target, callback)
  }
}

/**
 * The address of a host that is not, or need not be, looked up. Node skips the look-up for a literal address, which URL has
 * already brought from whatever notation (decimal, octal, hexadecimal, short) into its usual one. RFC 6761: what ends in
 * localhost is loopback and nobody else's business.
 */
function knownAddress(hostname: string): string | undefined {
  if (isIP(hostname) !== 0) return hostname
  return /(^|\.)localhost\.?$/.test(hostname) ? '127.0.0.1' : undefined
}

type Resolved = readonly [ResolvedAddress, ...ResolvedAddress[]]

function vetted(
  hostname: string,
  addresses: readonly ResolvedAddress[],
  permits: (address: string) => boolean,
): Resolved {
  const refused = addresses.find(({ address }) => !permits(address))
  if (refused !== undefined) throw addressRefused(hostname, refused.address)
  const [first, ...others] = addresses
  if (first === undefined) throw dnsFailure(hostname, new Error('the resolver gave no address'))
  return [first, ...others]
}

/** Connections to one host that start together share one look-up: the system's resolver has only a few threads. */
function sharedLookup(lookup: LookupAll): LookupAll {
  const running = new Map<string, Promise<readonly ResolvedAddress[]>>()
  return (hostname) => {
    const shared = running.get(hostname)
    if (shared !== undefined) return shared
    const own = Promise.try(lookup, hostname)
      .catch((cause) => Promise.reject(Failure.is(cause) ? cause : dnsFailure(hostname, cause)))
      .finally(() => running.delete(hostname))
    running.set(hostname, own)
    return own
  }
}

/** RFC 6066: the name in a TLS handshake has no trailing dot. */
function withoutRootDot(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
}
