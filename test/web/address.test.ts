import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPublicAddress } from '../../src/web/address.ts'

const notPublic = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '100.100.100.200'],
  ...['127.0.0.1', '127.255.255.254', '169.254.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
  ...['192.0.0.1', '192.0.0.192', '192.0.2.1', '192.168.0.1', '198.18.0.1', '198.19.255.255', '198.51.100.1'],
  ...['203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '168.63.129.16'],
  ...['::', '::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '100::1'],
  ...['2001:db8::1', '2001:2::1', '3fff::1', '5f00::1', '4000::1', '64:ff9b:1::808:808'],
]

const carriers: readonly [string, (ipv4: string) => string][] = [
  ['mapped', (ipv4) => `::ffff:${ipv4}`],
  ['mapped, in hexadecimal', (ipv4) => `::ffff:${hex(ipv4)}`],
  ['NAT64', (ipv4) => `64:ff9b::${hex(ipv4)}`],
  ['6to4', (ipv4) => `2002:${hex(ipv4)}::1`],
  ['Teredo server', (ipv4) => `2001:0:${hex(ipv4)}:0:0:${inverted('8.8.8.8')}`],
  ['Teredo client', (ipv4) => `2001:0:${hex('8.8.8.8')}:0:0:${inverted(ipv4)}`],
]

test.each(notPublic)('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.0.1',
  '172.32.0.1',
  '192.0.1.1',
  '198.17.0.1',
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

test.each(['2606:4700::1111', '2a00:1450:4001::1'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

test.each(['', 'localhost', '1.2.3.4.5', '::g', '8.8.8.8 ', '8.8.8.8/8', '2130706433', '8.8'])(
  '"%s" is no address, so not public',
  (text) => {
    expect(isPublicAddress(text)).toBe(false)
  },
)

describe.each(carriers)('an IPv6 address that carries an IPv4 one: %s', (_name, carry) => {
  test('is judged by what it carries', () => {
    const byte = fc.integer({ min: 0, max: 255 })
    const ipv4 = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join('.'))
    fc.assert(fc.property(ipv4, (address) => isPublicAddress(carry(address)) === isPublicAddress(address)))
    expect(isPublicAddress(carry('127.0.0.1'))).toBe(false)
    expect(isPublicAddress(carry('169.254.169.254'))).toBe(false)
    expect(isPublicAddress(carry('8.8.8.8'))).toBe(true)
  })
})

test('deprecated ways to carry an IPv4 address are never public', () => {
  expect(isPublicAddress('::8.8.8.8')).toBe(false)
  expect(isPublicAddress('::ffff:0:8.8.8.8')).toBe(false)
})

function hex(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number)
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

function inverted(ipv4: string): string {
  return hex(
    ipv4
      .split('.')
      .map((byte) => 255 - Number(byte))
      .join('.'),
  )
}
