import type { Writable } from 'node:stream'
import { type CatalogueEntry, findModel, loadCatalogue, memoryBytes, resolveModel } from '../../models/catalogue.ts'
import { isPulled, modelsFolder, weightsPath } from '../../models/weights.ts'
import { withoutCredentials } from '../core/address.ts'
import { removeModel } from '../web/pull/remove.ts'
import { columns } from './columns.ts'
import { exitCodes } from './exit-codes.ts'
import { printable } from './printable.ts'
import { size } from './units.ts'
import { writeOut } from './write-out.ts'

/** A model as `weft models list --json` prints it. */
export interface ListedModel extends CatalogueEntry {
  /** To run one context of up to 4 096 tokens; see `memoryBytes`. */
  readonly memoryBytes: number | null
  readonly pulled: boolean
  /** Where the weights lie, or would. */
  readonly path: string
}

/** `weft models list`. */
export async function listCommand(
  { json }: { readonly json?: boolean },
  output: Writable = process.stdout,
): Promise<number> {
  const listed = await Promise.all((await loadCatalogue()).map(describe))
  await writeOut(output, json ? JSON.stringify(listed, null, 2) : table(listed))
  return exitCodes.done
}

/** `weft models path`. */
export async function pathCommand(name: string, output: Writable = process.stdout): Promise<number> {
  // What looks like a path would come back as it is, whatever lies there.
  await findModel(name)
  const { path } = await resolveModel(name)
  await writeOut(output, path)
  return exitCodes.done
}

/** `weft models rm`. */
export async function removeCommand(name: string, reports: Writable = process.stderr): Promise<number> {
  const freedBytes = await removeModel(name)
  await writeOut(
    reports,
    freedBytes === 0 ? `${name}: there is nothing to remove` : `${name}: ${size(freedBytes)} removed`,
  )
  return freedBytes === 0 ? exitCodes.someFailed : exitCodes.done
}

async function describe(entry: CatalogueEntry): Promise<ListedModel> {
  return {
    ...entry,
    address: withoutCredentials(entry.address),
    memoryBytes: memoryBytes(entry),
    pulled: await isPulled(entry),
    path: weightsPath(entry.name),
  }
}

function table(models: readonly ListedModel[]): string {
  const rows = models.map((model) => [
    model.name,
    model.kind,
    model.parameters,
    model.quantisation,
    model.bytes === null ? '?' : size(model.bytes),
    model.memoryBytes === null ? '?' : size(model.memoryBytes),
    String(model.contextTokens),
    model.licence,
    model.pulled ? 'yes' : 'no',
  ])
  const head = ['name', 'kind', 'params', 'quant', 'size', 'memory', 'context', 'licence', 'pulled']
  return [...columns([head, ...rows], [4, 5, 6]).map(printable), '', `weights: ${printable(modelsFolder())}`].join('\n')
}
