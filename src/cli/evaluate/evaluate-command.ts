import { type Command, Option } from 'commander';
import { defaultPipeline } from '../../models/resolve-pipeline.ts';
import { evaluate } from './evaluate.ts';
import { labelForms } from './labels/label-forms.ts';

interface Options {
  modelsDir?: string;
  images: string;
  labels?: string;
  truth?: string;
  categories?: string[];
  catalog?: string;
  pipeline: string;
  overlays?: string;
  learningCurve?: boolean;
  json?: string;
}

const help = `
Labels are one of these; the content tells which:
${labelForms.map((form) => `  - ${form}`).join('\n')}
Boxes are of the picture as displayed, with its EXIF orientation applied.

Boxes with iscrowd (COCO) mark regions to ignore: what is found in them is neither right nor a false alarm.
Boxes of categories that --categories does not name are not products: what is found on them is a false alarm.
The category unknown is for products that are not in the catalogue.`;

/** Gives a command the options and the action of `sightline models evaluate`. */
export function describeEvaluate(command: Command, modelsDirOf: (options: { modelsDir?: string }) => string): Command {
  return command
    .description('Measure a pipeline on labelled photographs, say in words how good it is, and propose thresholds.')
    .requiredOption('--images <dir>', 'folder of the photographs')
    .option('--labels <path>', 'boxes that people drew, as COCO, LabelMe, YOLO or Label Studio write them; see below')
    .addOption(new Option('--truth <path>', 'the former name of --labels').hideHelp())
    .option('--categories <names>', 'labels of products, separated by commas (default: all labels)', splitNames)
    .option('--catalog <dir>', 'a picture of each item as <category name>.jpg; without it only boxes are measured')
    .option('--pipeline <name>', 'pipeline to measure, as name or name@version', defaultPipeline)
    .option('--overlays <dir>', 'write each photograph there with what was found, missed and falsely found drawn on it')
    .option(
      '--learning-curve',
      'also measure how much better products are named after corrections, drawn from one half of the photographs',
    )
    .option('--json <file>', 'also write all figures to this file')
    .addHelpText('after', help)
    .action(async ({ labels, truth, ...options }: Options) => {
      const path = labels ?? truth;
      if (path === undefined) command.error("error: required option '--labels <path>' not specified");
      await evaluate({ ...options, labels: path, modelsDir: modelsDirOf(options) });
    });
}

function splitNames(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
