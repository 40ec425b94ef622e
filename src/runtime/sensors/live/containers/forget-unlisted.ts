import type { Container } from '../../kernel/container.ts'

/** Forgets what was kept of containers that their runtime does not list any more. */
export function forgetUnlisted(
  kept: Map<string, unknown>,
  listed: readonly Pick<Container, 'fullId'>[],
): void {
  const ids = new Set(listed.map(({ fullId }) => fullId))
  for (const id of kept.keys()) if (!ids.has(id)) kept.delete(id)
}
