/**
 * Media types by the ends of names, as used on the Web and for scientific data. Node only.
 * @module
 */

const TYPES: { readonly [end: string]: string } = {
  bmp: 'image/bmp',
  bz2: 'application/x-bzip2',
  cbf: 'image/x-cbf',
  cif: 'chemical/x-cif',
  csv: 'text/csv',
  dcm: 'application/dicom',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  feather: 'application/vnd.apache.arrow.file',
  fasta: 'text/x-fasta',
  fastq: 'text/x-fastq',
  fits: 'image/fits',
  gif: 'image/gif',
  gz: 'application/gzip',
  h5: 'application/x-hdf5',
  hdf5: 'application/x-hdf5',
  htm: 'text/html',
  html: 'text/html',
  ipynb: 'application/x-ipynb+json',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  log: 'text/plain',
  md: 'text/markdown',
  mp4: 'video/mp4',
  nc: 'application/x-netcdf',
  ndjson: 'application/x-ndjson',
  npy: 'application/x-npy',
  npz: 'application/x-npz',
  nxs: 'application/x-hdf5',
  onnx: 'application/x-onnx',
  parquet: 'application/vnd.apache.parquet',
  pdb: 'chemical/x-pdb',
  pdf: 'application/pdf',
  pkl: 'application/x-pickle',
  png: 'image/png',
  pt: 'application/x-pytorch',
  safetensors: 'application/x-safetensors',
  sqlite: 'application/vnd.sqlite3',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  webp: 'image/webp',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: 'application/xml',
  xz: 'application/x-xz',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  zip: 'application/zip',
  zst: 'application/zstd',
};

/** The media type of what a URI names; `undefined` if its end shows none. */
export function mediaTypeOf(uri: string): string | undefined {
  const end = /\.([a-z0-9]{1,12})$/i.exec(uri.replace(/[?#].*$/s, ''))?.[1]?.toLowerCase();
  return end !== undefined && Object.hasOwn(TYPES, end) ? TYPES[end] : undefined;
}
