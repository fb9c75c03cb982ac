import { type CatalogueEntry, loadCatalogue, memoryBytes } from '../../models/catalogue.ts'
import { isPulled, modelsFolder } from '../../models/weights.ts'
import { messageOf } from '../core/failure.ts'
import { type LlamaReport, probeLlama } from './probe-llama.ts'

/** Which local models this machine could run. */
export interface LocalModelsReport {
  readonly llama: LlamaReport
  /** Where pulled weights lie. */
  readonly folder: string
  /** How many models the catalogue knows. */
  readonly known: number
  /** Names of the models that are pulled. */
  readonly pulled: readonly string[]
  /** Names of those that the free memory is enough for. */
  readonly fits: readonly string[]
  /** Why the catalogue cannot be read: then nothing is known of models. */
  readonly fault?: string
}

/** Generous: it takes half a second, but a GPU may have to wake up. */
const probeLimitMs = 30_000

export async function localModelsReport(freeBytes: number): Promise<LocalModelsReport> {
  const [llama, models] = await Promise.all([probeLlama(probeLimitMs), modelsReport(freeBytes)])
  return { llama, folder: modelsFolder(), ...models }
}

async function modelsReport(freeBytes: number): Promise<Omit<LocalModelsReport, 'llama' | 'folder'>> {
  try {
    const catalogue = await loadCatalogue()
    const there = await Promise.all(catalogue.map(isPulled))
    const fits = (entry: CatalogueEntry): boolean => (memoryBytes(entry) ?? Number.POSITIVE_INFINITY) <= freeBytes
    const pulled = catalogue.filter((_, index) => there[index])
    return { known: catalogue.length, pulled: namesOf(pulled), fits: namesOf(catalogue.filter(fits)) }
  } catch (thrown) {
    return { known: 0, pulled: [], fits: [], fault: messageOf(thrown) }
  }
}

function namesOf(entries: readonly CatalogueEntry[]): string[] {
  return entries.map(({ name }) => name)
}
