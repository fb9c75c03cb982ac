import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** From the roof to the ground. A room imports from those below it, never from above nor from beside it. */
const floors: readonly (readonly string[])[] = [
  ['src/index'],
  ['src/cli', 'src/dashboard'],
  ['src/batch', 'src/cluster', 'src/desktop'],
  ['src/runtime'],
  ['src/agent'],
  ['src/flow', 'src/web'],
  ['src/execute'],
  ['src/schedule', 'src/journal', 'src/observe'],
  ['models'],
  ['src/worker-files'],
  ['workers'],
  ['src/core'],
]

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const files = ['src', 'workers', 'models'].filter((room) => existsSync(join(root, room))).flatMap(filesIn)
const imports = files.flatMap(importsOf)

describe('the house', () => {
  it('has a place for every file', () => {
    expect(files.filter((file) => floorOf(file) === undefined)).toEqual([])
  })

  it('imports downwards only', () => {
    const upward = imports.filter(({ from, to }) => roomOf(from) !== roomOf(to) && floorOf(to)! <= floorOf(from)!)
    expect(upward.map(describeImport)).toEqual([])
  })

  it('takes only types from the workers', () => {
    const values = imports.filter(
      ({ from, to, typeOnly }) => !typeOnly && to.startsWith('workers/') && !from.startsWith('workers/'),
    )
    expect(values.map(describeImport)).toEqual([])
  })

  it('has one file that knows where worker modules lie', () => {
    const naming = files.filter(
      (file) =>
        !file.startsWith('workers/') && /['"`][^'"`]*\/workers\/\$/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(naming).toEqual(['src/worker-files.ts'])
  })

  it('has no cycle', () => {
    expect(findCycle(imports)).toBeUndefined()
  })

  it('has no cycle among the folders of a room', () => {
    expect(findCycle(imports.flatMap(betweenSiblings))).toBeUndefined()
  })

  it('has no file over 250 lines', () => {
    const long = files.filter((file) => readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length > 250)
    expect(long).toEqual([])
  })

  it('imports nothing from tests and benchmarks', () => {
    const outside = imports.filter(({ to }) => /^(test|bench)\//.test(to))
    expect(outside.map(describeImport)).toEqual([])
  })
})

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
}

function importsOf(from: string): Import[] {
  const text = readFileSync(join(root, from), 'utf8')
  const found: Import[] = []
  const statement =
    /(?:import|export)\s+(type\s)?[^'";]*?from\s*'(\.[^']+)'|import\('(\.[^']+)'\)|import\s+'(\.[^']+)'/g
  for (const [whole, type, address, dynamic, bare] of text.matchAll(statement)) {
    const to = relative(root, resolve(root, dirname(from), (address ?? dynamic ?? bare)!))
    // `typeof import('x')` is a type, however it looks.
    const inType = dynamic !== undefined && text.includes(`typeof ${whole}`)
    found.push({ from, to, typeOnly: type !== undefined || inType })
  }
  return found
}

function floorOf(file: string): number | undefined {
  const floor = floors.findIndex((rooms) => rooms.includes(roomOf(file)))
  return floor < 0 ? undefined : floor
}

function roomOf(file: string): string {
  const [first, second] = file.split('/')
  return first === 'src' ? `src/${second!.replace(/\.ts$/, '')}` : first!
}

function describeImport({ from, to }: Import): string {
  return `${from} -> ${to}`
}

/** The two folders of one room, side by side, that an import joins, if it joins two. */
function betweenSiblings({ from, to }: Import): Pick<Import, 'from' | 'to'>[] {
  if (roomOf(from) !== roomOf(to)) return []
  const [a, b] = [dirname(from).split('/'), dirname(to).split('/')]
  const parting = a.findIndex((folder, depth) => folder !== b[depth])
  if (parting < 0 || parting >= b.length) return []
  return [{ from: a.slice(0, parting + 1).join('/'), to: b.slice(0, parting + 1).join('/') }]
}

function findCycle(steps: readonly Pick<Import, 'from' | 'to'>[]): string[] | undefined {
  const targets = new Map<string, Set<string>>()
  for (const { from, to } of steps) targets.set(from, (targets.get(from) ?? new Set()).add(to))
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const next of targets.get(file) ?? []) {
      const cycle = visit(next, [...path, file])
      if (cycle !== undefined) return cycle
    }
    done.add(file)
    return undefined
  }
  for (const file of targets.keys()) {
    const cycle = visit(file, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}
