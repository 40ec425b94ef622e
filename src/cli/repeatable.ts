/** Values of a repeatable option, each of which may be several separated by commas. */
export function collectNames(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), ...value.split(',').filter((name) => name !== '')]
}
