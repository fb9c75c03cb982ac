import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { migrate, migrations, versionOf } from '../../../workers/journal/schema.ts'

it('brings a database from any version to the newest, and keeps what it holds', () => {
  using db = new DatabaseSync(':memory:')
  expect(versionOf(db)).toBe(0)
  migrate(db)
  expect(versionOf(db)).toBe(migrations.length)
  db.exec("INSERT INTO notes VALUES ('a', 'b')")
  const later = [...migrations, 'ALTER TABLE notes ADD COLUMN kept INTEGER NOT NULL DEFAULT 7', 'CREATE TABLE more (x)']
  migrate(db, later)
  expect(versionOf(db)).toBe(migrations.length + 2)
  expect({ ...db.prepare('SELECT * FROM notes').get() }).toEqual({ name: 'a', text: 'b', kept: 7 })
})

it('changes nothing when one of its steps fails', () => {
  using db = new DatabaseSync(':memory:')
  migrate(db)
  const broken = [...migrations, 'CREATE TABLE more (x)', 'CREATE TABLE more (x)']
  expect(() => migrate(db, broken)).toThrow('already exists')
  expect(versionOf(db)).toBe(migrations.length)
  expect(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'more'").get()).toMatchObject({ n: 0 })
})
