import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

const folder = new URL('../../../bench/peers/', import.meta.url)
const read = async <T>(file: string): Promise<T> => JSON.parse(await readFile(new URL(file, folder), 'utf8'))

interface Package {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly dependencies?: Readonly<Record<string, string>>
}

it('pins the peers to exact versions with their hashes, and to no registry', async () => {
  const { dependencies } = await read<Package>('package.json')
  const { packages } = await read<{ packages: Record<string, Package> }>('package-lock.json')
  expect(packages['']!.dependencies).toEqual(dependencies)
  for (const [name, version] of Object.entries(dependencies!)) {
    expect(packages[`node_modules/${name}`]).toMatchObject({ version, integrity: expect.stringContaining('sha512-') })
  }
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
})
