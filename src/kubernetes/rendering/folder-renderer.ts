import { join, resolve } from 'node:path'
import type { Message } from '../../messages/index.ts'
import type { ParsedText } from '../reading/document.ts'
import type { FolderRenderer } from '../reading/read.ts'
import { renderingMessages } from './messages.ts'
import { helmTemplateOf, readRendered } from './rendered-text.ts'
import { runTool, type ToolLimits, type ToolResult } from './run-tool.ts'

const { make } = renderingMessages

/** "kustomization.yaml, kustomization.yml or Kustomization" (kustomize, Glossary). */
const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

export interface RenderingOptions {
  /** The commands' environment, such as `process.env`; they are looked for on its PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** 60 by default. */
  readonly timeoutSeconds?: number
  /** 64 MiB by default. */
  readonly outputBytes?: number
}

/**
 * Renders Helm charts with `helm template` and kustomizations with `kubectl kustomize` (or `kustomize build`):
 * the user's own commands, with their defaults; a chart's missing dependencies are not fetched.
 *
 * @returns for a folder with `Chart.yaml` or a kustomization the objects it renders to, located at the template
 *   (helm) or the kustomization; or one problem: `ERR_HELM_NOT_FOUND`, `ERR_KUSTOMIZE_NOT_FOUND`,
 *   `ERR_RENDER_FAILED`, `ERR_RENDER_TIMEOUT`, `ERR_RENDER_TOO_LARGE`. Undefined for any other folder.
 */
export function createFolderRenderer(options: RenderingOptions): FolderRenderer {
  const { environment, timeoutSeconds = 60, outputBytes = 64 * 1024 * 1024 } = options
  const limits: ToolLimits = { environment, timeoutSeconds, outputBytes }
  return async (folder, entries) => {
    if (entries.includes('Chart.yaml')) return renderChart(folder, limits)
    const kustomization = KUSTOMIZATIONS.find((name) => entries.includes(name))
    return kustomization === undefined ? undefined : buildKustomization(folder, kustomization, limits)
  }
}

async function* renderChart(folder: string, limits: ToolLimits): AsyncGenerator<ParsedText> {
  // An absolute path cannot be taken for a flag.
  const result = await runTool('helm', ['template', resolve(folder)], limits)
  const file = join(folder, 'Chart.yaml')
  if (result.ended === 'not-found')
    yield problem('ERR_HELM_NOT_FOUND', file, make['helm-not-found']({ folder }))
  else if (result.ended === 'well') yield* readRendered(result.output, helmTemplateOf(folder))
  else yield failure(`helm template ${folder}`, file, result, limits)
}

async function* buildKustomization(
  folder: string,
  kustomization: string,
  limits: ToolLimits,
): AsyncGenerator<ParsedText> {
  const file = join(folder, kustomization)
  const tools: [string, string][] = [
    ['kubectl', 'kustomize'],
    ['kustomize', 'build'],
  ]
  for (const [tool, verb] of tools) {
    const result = await runTool(tool, [verb, resolve(folder)], limits)
    if (result.ended === 'not-found') continue
    if (result.ended === 'well') yield* readRendered(result.output, () => file)
    else yield failure(`${tool} ${verb} ${folder}`, file, result, limits)
    return
  }
  yield problem('ERR_KUSTOMIZE_NOT_FOUND', file, make['kustomize-not-found']({ folder }))
}

function failure(command: string, file: string, result: ToolResult, limits: ToolLimits): ParsedText {
  if (result.ended === 'timeout') {
    const message = make.timeout({ command, seconds: limits.timeoutSeconds })
    return problem('ERR_RENDER_TIMEOUT', file, message)
  }
  if (result.ended === 'too-large') {
    const message = make['too-large']({ command, limit: limits.outputBytes / 1024 / 1024 })
    return problem('ERR_RENDER_TOO_LARGE', file, message)
  }
  const reason = result.ended === 'badly' ? result.reason : result.ended
  return problem('ERR_RENDER_FAILED', file, make.failed({ command, reason }))
}

function problem(code: string, file: string, message: Message): ParsedText {
  return { documents: [], problems: [{ code, file, message }] }
}
