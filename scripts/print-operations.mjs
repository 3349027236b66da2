// Prints docs/operations.md from the op table of the built library.
import { opTable, sessionOps } from '../build/internals/session/optable.js';

const cells = (...texts) => `| ${texts.join(' | ')} |`;
const rows = Object.entries(opTable).map(([operation, { handler, reply, isUnanswered, undo }]) =>
  cells(
    `\`${operation}\``,
    `\`${handler}\``,
    isUnanswered ? 'nothing, nobody waits' : `\`${reply.name}\``,
    undo ?? '',
  ),
);

const ofSession = sessionOps.map((name) =>
  cells(`\`${name}\``, `\`${name}\``, 'of the session, not a request', ''),
);

process.stdout.write(`# Operations

Printed from \`ts/session/optable.ts\` by \`scripts/print-operations.mjs\`: what libfuse calls, the
handler of \`Operations\` behind it, the function of \`ts/session/reply.ts\` that answers with its
result, and what is taken back when the kernel no longer wants the answer. The handlers themselves
are documented in \`ts/operations.ts\` and \`ts/further.ts\`.

${cells('libfuse', 'handler', 'answer', 'taken back')}
${cells('---', '---', '---', '---')}
${rows.join('\n')}
${ofSession.join('\n')}
`);
