import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Installs the peers from their lock file, unless what it names is there already. Some 190 MB. */
export function installPeers(): void {
  const folder = new URL('./', import.meta.url)
  if (isInstalled(folder)) return
  console.log('installing the peers into bench/peers/node_modules (some 190 MB, once)')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: fileURLToPath(folder),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`npm ci in bench/peers ended with status ${status}`)
}

/** npm keeps a lock file of what it has installed: both must name the same versions of what we ask for. */
function isInstalled(folder: URL): boolean {
  const installed = new URL('node_modules/.package-lock.json', folder)
  if (!existsSync(installed)) return false
  const wanted = packagesOf(new URL('package-lock.json', folder))
  const present = packagesOf(installed)
  return Object.keys(wanted['']?.dependencies ?? {}).every((name) => {
    const path = `node_modules/${name}`
    return wanted[path]?.version === present[path]?.version
  })
}

function packagesOf(lock: URL): Readonly<Record<string, LockedPackage>> {
  const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(readFileSync(lock, 'utf8'))
  return packages
}

interface LockedPackage {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
}
