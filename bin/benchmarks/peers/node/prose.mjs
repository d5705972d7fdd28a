// write-good and alex: in comes a list of texts, out goes an object with a list of figures for each measure.
import { text as alex } from "alex";
import writeGood from "write-good";

const NONE = Object.fromEntries(
  ["weasel", "illusion", "so", "thereIs", "passive", "adverb", "tooWordy", "cliches", "eprime"].map((name) => [name, false]),
);
const only = (said, name) => writeGood(said, { ...NONE, [name]: true }).length;

const pieces = [];
for await (const piece of process.stdin) pieces.push(piece);
const texts = JSON.parse(Buffer.concat(pieces).toString("utf8"));
const measures = {
  "write-good any": (said) => writeGood(said).length,
  "write-good weasel": (said) => only(said, "weasel"),
  "write-good passive": (said) => only(said, "passive"),
  "write-good wordy": (said) => only(said, "tooWordy"),
  "alex any": (said) => alex(said).messages.length,
};
const figures = Object.fromEntries(Object.entries(measures).map(([name, of]) => [name, texts.map(of)]));
process.stdout.write(JSON.stringify(figures));
