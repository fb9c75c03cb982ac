import fc from 'fast-check'
import robotsParser from 'robots-parser'
import { describe, expect, test } from 'vitest'
import { parseRobots } from '../../src/web/robots-rules.ts'

describe('which group applies', () => {
  const robots = `
    User-agent: *
    Disallow: /all

    User-agent: Other
    user-agent: WEFT/2.1 # the version does not matter
    Disallow: /ours

    User-agent: weft
    Disallow: /also-ours
    User-agent: weft-images
    Disallow: /images
  `

  test('those of our own token, merged, and then not those for everybody', () => {
    const { allows } = parseRobots(robots, 'weft')
    expect(['/ours', '/also-ours', '/all', '/images'].map(allows)).toEqual([false, false, true, true])
  })

  test('else those for everybody', () => {
    const { allows } = parseRobots(robots, 'unheard-of')
    expect(['/ours', '/all'].map(allows)).toEqual([true, false])
  })

  test('else none', () => {
    expect(parseRobots('User-agent: other\nDisallow: /', 'weft').allows('/x')).toBe(true)
    expect(parseRobots('', 'weft').allows('/x')).toBe(true)
    expect(parseRobots('Disallow: /', 'weft').allows('/x')).toBe(true)
  })

  test('an empty group of our own allows everything', () => {
    const { allows } = parseRobots('User-agent: *\nDisallow: /\n\nUser-agent: weft\nDisallow:', 'weft')
    expect(allows('/x')).toBe(true)
  })

  test('other lines neither end a group nor start one', () => {
    const { allows } = parseRobots(
      'User-agent: weft\nSitemap: /s.xml\nUser-agent: other\nCrawl-delay: 9\nDisallow: /x',
      'weft',
    )
    expect(allows('/x')).toBe(false)
  })

  test.each(['\r\n', '\r', '\n'])('lines may end in %j, and the file may start with a byte order mark', (end) => {
    const { allows } = parseRobots(['\uFEFFUser-agent: *', 'Disallow : /x  '].join(end), 'weft')
    expect(allows('/x')).toBe(false)
  })
})

describe('which paths match', () => {
  // Pattern, paths that it covers, paths that it does not. RFC 9309, 2.2.2, 2.2.3 and 5.
  test.each<[string, string[], string[]]>([
    ['/', ['/', '/x'], []],
    ['/fish', ['/fish', '/fish.html', '/fish/salmon', '/fish?x'], ['/Fish', '/catfish', '/?id=fish']],
    ['/fish/', ['/fish/', '/fish/x'], ['/fish', '/fish.html']],
    ['/*.php', ['/x.php', '/x/y.php?z', '/.php5'], ['/', '/x.PHP']],
    ['/*.php$', ['/x.php', '/x/y.php'], ['/x.php?z', '/x.php5', '/php']],
    ['/fish*.php', ['/fish.php', '/fishheads/x.php?y'], ['/Fish.php', '/x/fish.php']],
    ['*.pdf$', ['/x.pdf'], ['/x.pdf?y']],
    ['/a**b', ['/ab', '/axb'], ['/a']],
    ['/x$', ['/x'], ['/x/', '/xx']],
    ['$', [], ['/', '/x']],
    ['/a$b', ['/a$b', '/a%24b'], ['/a']],
    ['/path/file-with-a-%2A.html', ['/path/file-with-a-*.html'], ['/path/file-with-a-x.html']],
    ['/foo/bar?qux=taz', ['/foo/bar?qux=taz'], ['/foo/bar']],
    ['/foo/bar/ツ', ['/foo/bar/%E3%83%84', '/foo/bar/%e3%83%84'], ['/foo/bar/']],
    ['/foo/bar/%62%61%7A', ['/foo/bar/baz'], ['/foo/bar/bar']],
    ['/a%2fb', ['/a%2Fb'], ['/a/b']],
    ['/a#comment', ['/a', '/ab'], ['/']],
    ['relative', [], ['/relative']],
    ['/aab*ab', ['/aabab', '/aabaab'], ['/aab', '/aaab']],
  ])('%s', (pattern, covered, uncovered) => {
    const { allows } = parseRobots(`user-agent: *\ndisallow: ${pattern}`, 'weft')
    for (const path of covered) expect(allows(path), path).toBe(false)
    for (const path of uncovered) expect(allows(path), path).toBe(true)
  })

  test('the longest pattern decides, and Allow wins a tie', () => {
    const { allows } = parseRobots(
      'user-agent: *\ndisallow: /\nallow: /a\ndisallow: /a/b\nallow: /x*y\ndisallow: /x*z',
      'weft',
    )
    expect(['/', '/a', '/a/b', '/a/c', '/xyz'].map(allows)).toEqual([false, true, false, true, true])
  })

  test('robots.txt itself is always allowed', () => {
    expect(parseRobots('user-agent: *\ndisallow: /', 'weft').allows('/robots.txt')).toBe(true)
  })
})

// Its types claim an ES module, which it is not.
const oracle = robotsParser as unknown as typeof robotsParser.default

test('agrees with robots-parser on everyday files', () => {
  const agent = fc.constantFrom('*', 'weft', 'other', 'Weft/1.0')
  const pattern = fc.stringMatching(/^\/[ab*]{0,5}\$?$/)
  const rule = fc.tuple(fc.constantFrom('Allow', 'Disallow'), fc.option(pattern, { nil: '' }))
  const group = fc.tuple(
    fc.array(agent, { minLength: 1, maxLength: 3 }),
    fc.array(rule, { minLength: 1, maxLength: 4 }),
  )
  const path = fc.stringMatching(/^\/[ab]{0,6}$/)
  fc.assert(
    fc.property(fc.array(group, { maxLength: 4 }), path, (groups, where) => {
      const lines = groups.flatMap(([agents, rules]) => [
        ...agents.map((name) => `User-agent: ${name}`),
        ...rules.map(([key, value]) => `${key}: ${value}`),
      ])
      const text = lines.join('\n')
      const expected = oracle('https://a.test/robots.txt', text).isAllowed(`https://a.test${where}`, 'weft')
      expect(parseRobots(text, 'weft').allows(where)).toBe(expected)
    }),
    { numRuns: 2_000 },
  )
})

test('rules that would take long to match on purpose count as a refusal', () => {
  const { allows } = parseRobots(`user-agent: *\n${'allow: /*ab\n'.repeat(10_000)}`, 'weft')
  expect(allows('/page')).toBe(true)
  expect(allows(`/${'a'.repeat(8_000)}`)).toBe(false)
})

test('what a hostile file makes us keep is no larger than the file', () => {
  const agents = Array.from({ length: 15_000 }, (_, index) => `user-agent: weft${'x'.repeat(index % 3)}`)
  const rules = Array.from({ length: 15_000 }, () => 'disallow: /a')
  const text = [...agents, ...rules].join('\n')
  expect(parseRobots(text, 'weft').size).toBeLessThan(text.length)
})
