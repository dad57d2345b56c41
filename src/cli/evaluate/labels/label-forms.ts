/** What `--labels` takes, for messages and for --help. */
export const labelForms = [
  'a COCO document',
  'a JSON export of Label Studio',
  'a folder of LabelMe files (a .json for each picture)',
  'a folder of YOLO labels (a .txt for each picture)',
];

export const anyForm = `${labelForms.slice(0, -1).join(', ')}, or ${labelForms.at(-1)}`;
