import { expect, test } from 'vitest'
import { secretKindOf } from './secret-literals.ts'

/** The two forms of a connection to PostgreSQL and others ("Connection Strings", libpq), and that of ADO.NET and ODBC. */
test.each([
  ['host=db user=app password=hunter2', 'connection-string'],
  ['password=hunter2 host=db dbname=shop', 'connection-string'],
  ['host = db password = hunter2 sslmode = off', 'connection-string'],
  ['postgres://app:hunter2@db:5432/shop', 'url-credentials'],
  ['Server=db;User Id=sa;Password=hunter2', 'connection-string'],
  ['host=db user=app password=$PASSWORD', undefined],
  ['host=db user=app sslmode=require', undefined],
  ['password=hunter2 is what nobody should have', undefined],
])('%s', (value, kind) => {
  expect(secretKindOf('CONNECTION', value)).toBe(kind)
})
