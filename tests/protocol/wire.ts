/**
 * The protocol as its own header describes it: opcodes, flags, and where each field of each record
 * lies. Every record of the protocol is padded by hand: a field is at a multiple of its own size.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BUILD = fileURLToPath(new URL('../../', import.meta.url));

interface Field {
  name: string;
  offset: number;
  /** Bytes of the number, negative for a signed one; or the name of a record. */
  type: number | string;
}

interface RecordLayout {
  size: number;
  fields: Field[];
}

/** Values of a record's fields; those left out are 0. Inner records are objects. */
export type Values = { [field: string]: number | bigint | Values };

/** What a record holds, known by the header only. */
// biome-ignore lint/suspicious/noExplicitAny: the header is read when the tests run.
export type Fields = Record<string, any>;

function readHeader(): string {
  const source = readdirSync(BUILD).find((name) => /^libfuse-\d/.test(name));
  if (source === undefined) throw new Error(`no source of libfuse in ${BUILD}`);
  const text = readFileSync(`${BUILD}${source}/include/fuse_kernel.h`, 'utf8');
  return text.replace(/\/\*[\s\S]*?\*\//g, '');
}

const header = readHeader();
const records = new Map<string, RecordLayout>();

function parseFields(body: string): RecordLayout {
  const fields: Field[] = [];
  let end = 0;
  let alignment = 1;
  for (const [, type = '', name = '', count] of body.matchAll(
    /([\w ]+?)\s+(\w+)(?:\[(\d*)\])?;/g,
  )) {
    const number = /^(u?)int(\d+)_t$/.exec(type.trim());
    const bytes = type.trim() === 'char' ? 1 : Number(number?.[2]) / 8;
    const inner = records.get(type.trim().replace(/^struct /, ''));
    const unit = inner ? 8 : bytes;
    const size = inner ? inner.size : bytes;
    const offset = Math.ceil(end / unit) * unit;
    const signed = number?.[1] === '' ? -bytes : bytes;
    fields.push({ name, offset, type: inner ? type.trim().replace(/^struct /, '') : signed });
    end = offset + size * (count === undefined ? 1 : Number(count));
    alignment = Math.max(alignment, unit);
  }
  return { fields, size: Math.ceil(end / alignment) * alignment };
}

for (const [, name = '', body = ''] of header.matchAll(/struct (fuse_\w+) \{([^}]*)\}/g)) {
  records.set(name, parseFields(body));
}

function enumOf(prefix: string): Record<string, number> {
  const body = header.match(/enum fuse_opcode \{([^}]*)\}/)?.[1] ?? '';
  return Object.fromEntries(
    [...body.matchAll(/(\w+)\s*=\s*(\d+)/g)]
      .filter(([, name]) => name?.startsWith(prefix))
      .map(([, name = '', value]) => [name.slice(prefix.length), Number(value)]),
  );
}

/** Numbers of the operations by their names without FUSE_, such as LOOKUP. */
export const opcodes = enumOf('FUSE_');

/** A constant of the header: a number, or a bit as `(1 << 5)`. */
export function constant(name: string): number {
  const define = new RegExp(
    `#define\\s+${name}\\s+(?:\\((\\d+)(?:U|ULL)?\\s*<<\\s*(\\d+)\\)|(\\d+))`,
  );
  const [, base, shift, plain] = define.exec(header) ?? [];
  if (base === undefined && plain === undefined) throw new Error(`the header has no ${name}`);
  return plain !== undefined ? Number(plain) : Number(base) * 2 ** Number(shift);
}

export function sizeOf(record: string): number {
  const layout = records.get(record);
  if (layout === undefined) throw new Error(`the header has no record ${record}`);
  return layout.size;
}

function put(view: DataView, at: number, record: string, values: Values): void {
  const { fields } = records.get(record) as RecordLayout;
  const unknown = Object.keys(values).filter(
    (name) => !fields.some((field) => field.name === name),
  );
  if (unknown.length > 0) throw new Error(`${record} has no ${unknown.join(', ')}`);
  for (const { name, offset, type } of fields) {
    const value = values[name];
    if (value === undefined) continue;
    if (typeof type === 'string') put(view, at + offset, type, value as Values);
    else if (Math.abs(type) === 8) view.setBigUint64(at + offset, BigInt(value as bigint), true);
    else if (Math.abs(type) === 4) view.setUint32(at + offset, Number(value), true);
    else if (Math.abs(type) === 2) view.setUint16(at + offset, Number(value), true);
    else view.setUint8(at + offset, Number(value));
  }
}

/** A record as bytes. */
export function pack(record: string, values: Values = {}): Buffer {
  const bytes = Buffer.alloc(sizeOf(record));
  put(new DataView(bytes.buffer, bytes.byteOffset), 0, record, values);
  return bytes;
}

/** The fields of a record: 64-bit ones as bigint, inner records as objects. */
export function unpack(record: string, bytes: Buffer, at = 0): Fields {
  if (bytes.length < at + sizeOf(record)) {
    throw new Error(`${bytes.length - at} bytes are too few for ${record}`);
  }
  const { fields } = records.get(record) as RecordLayout;
  const read = ({ offset, type }: Field): unknown => {
    if (typeof type === 'string') return unpack(type, bytes, at + offset);
    if (type === 8) return bytes.readBigUInt64LE(at + offset);
    if (type === -8) return bytes.readBigInt64LE(at + offset);
    return type < 0 ? bytes.readIntLE(at + offset, -type) : bytes.readUIntLE(at + offset, type);
  };
  const entries = fields.filter(({ offset }) => offset < sizeOf(record));
  return Object.fromEntries(entries.map((field) => [field.name, read(field)]));
}

/** A C string, with its NUL. */
export function cstring(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}
