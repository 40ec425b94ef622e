import { join } from 'node:path'
import { type ParsedText, parseDocument, type SourceDocument } from '../reading/document.ts'
import { DocumentSplitter } from '../reading/split.ts'

/**
 * Reads what a chart or kustomization was rendered to.
 *
 * A line of the output is no line of any file that the user has, so every position is line 1, column 1 of the
 * file that made the object, and the field path says where.
 *
 * @param makerOf - which file made a document of the output, from the document's text
 */
export function* readRendered(output: string, makerOf: (text: string) => string): Generator<ParsedText> {
  const splitter = new DocumentSplitter()
  for (const document of [...splitter.push(output), ...splitter.end()]) {
    const file = makerOf(document.text)
    const { documents, problems } = parseDocument(file, document)
    yield {
      documents: documents.map(({ object }) => renderedDocument(file, object)),
      problems: problems.map(({ code, message }) => ({ code, file, message })),
    }
  }
}

function renderedDocument(file: string, object: SourceDocument['object']): SourceDocument {
  return { file, object, locate: () => ({ line: 1, column: 1 }), lineAt: () => undefined, isDerived: true }
}

/**
 * Tells the templates of a chart by the comments that `helm template` puts before each document, such as
 * `# Source: shop/charts/redis/templates/pod.yaml`: the chart's name, then the path in its folder.
 */
export function helmTemplateOf(folder: string): (text: string) => string {
  let template = join(folder, 'Chart.yaml')
  return (text) => {
    const source = /^# Source: [^/\s]+\/(.+?)\s*$/m.exec(text)?.[1]
    if (source !== undefined) template = join(folder, source)
    return template
  }
}
