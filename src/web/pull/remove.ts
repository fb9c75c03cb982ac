import { existsSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { findModel } from '../../../models/catalogue.ts'
import { weightsPath } from '../../../models/weights.ts'
import { Failure, messageOf } from '../../core/failure.ts'
import { removePart } from './part-file.ts'
import { lockPull } from './pull-lock.ts'

/**
 * Removes the weights of a model, and what an unfinished pull has left. A model that is in the catalogue no more can be removed, too.
 *
 * @returns how many bytes that freed; 0 when there was nothing
 * @throws Failure `MODEL_UNKNOWN` when nothing is here and the catalogue knows no such model, `DOWNLOAD_FAILED` when it is just being pulled,
 *   or may not be removed
 */
export async function removeModel(name: string): Promise<number> {
  const path = weightsPath(name)
  if (!isHere(path)) {
    await findModel(name)
    return 0
  }
  try {
    await using _ = await lockPull(path, name)
    const freedBytes = (await sizeOf(path)) + (await sizeOf(`${path}.part`))
    await rm(path, { force: true })
    await removePart(path)
    return freedBytes
  } catch (thrown) {
    if (Failure.is(thrown)) throw thrown
    throw new Failure('DOWNLOAD_FAILED', `${name} cannot be removed: ${messageOf(thrown)}`, { cause: thrown })
  }
}

function isHere(path: string): boolean {
  return [path, `${path}.part`].some(existsSync)
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}
