import { applyPatch } from 'diff'
import { expect, test } from 'vitest'
import { unifiedDiff } from './diff.ts'

test('is a patch that git apply takes', () => {
  const before = 'a\nb\nc\nd\ne\n'
  const after = 'a\nb\nC\nd\ne\n'
  const diff = unifiedDiff('./deploy/web.yaml', before, after)
  expect(diff).toBe('--- a/deploy/web.yaml\n+++ b/deploy/web.yaml\n@@ -1,5 +1,5 @@\n a\n b\n-c\n+C\n d\n e\n')
  expect(applyPatch(before, diff)).toBe(after)
})

test('is empty where nothing changed, and says where a line break is missing', () => {
  expect(unifiedDiff('a', 'x', 'x')).toBe('')
  expect(unifiedDiff('a', 'x', 'y')).toContain('\\ No newline at end of file')
})

test('shows as much context as spares lines with secrets, and is still a patch', () => {
  const before = 'a\nb\nsecret\nd\ne\nf\n'
  const after = 'a\nb\nsecret\nd\nE\nf\n'
  const diff = unifiedDiff('x', before, after, new Set([3]))
  expect(diff).not.toContain('secret')
  expect(diff).toContain(' d\n-e\n+E\n f\n')
  expect(applyPatch(before, diff)).toBe(after)
})
