import { writeOut } from '../write-out.ts'

/** `weft schema`: the JSON Schema of a job file, for editors. */
export async function schemaCommand(): Promise<number> {
  const { jobJsonSchema } = await import('../../batch/job/file/json-schema.ts')
  await writeOut(process.stdout, JSON.stringify(jobJsonSchema(), undefined, 2))
  return 0
}
