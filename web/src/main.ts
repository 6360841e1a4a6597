/** The page: what its buttons do, and what is shown of a session. */
import { Analysis, type FileReply } from "./analysis.js";
import { Announcer } from "./announcer.js";
import { AnswerTable } from "./answer_table.js";
import { AnswerView } from "./answer_view.js";
import { Chart } from "./chart/chart.js";
import { Columns } from "./columns.js";
import { element } from "./elements.js";
import { takeFiles } from "./file_input.js";
import { openMicrophone } from "./microphone.js";
import { keepOffline } from "./offline.js";
import { Player } from "./player.js";
import type { Build, LiveAnswer, LoadedModel, ModelName } from "./protocol.js";
import { saveText, sessionCsv, sessionJson } from "./save.js";
import { fileSession, microphoneSession, type Session } from "./session.js";
import { BUILD_NAMES, duration, fileWording, liveWording, seconds, type Wording } from "./wording.js";

const analysis = new Analysis(() => fail(new Error("The page's worker could not be started; load the page again.")));
const announcer = new Announcer();
const answers = new AnswerView();
const table = new AnswerTable();
const chart = new Chart(element("chart", HTMLCanvasElement));
const player = new Player((timeMs) => {
  chart.playedMs = timeMs;
});

const speak = element("speak", HTMLButtonElement);
const modelChoice = element("model", HTMLSelectElement);
const buildChoice = element("build", HTMLSelectElement);
const saveJson = element("save-json", HTMLButtonElement);
const saveCsv = element("save-csv", HTMLButtonElement);
const modelStatus = element("model-status", HTMLElement);
const problem = element("problem", HTMLElement);
const warnings = element("warnings", HTMLElement);
const figures = element("figures", HTMLElement);

let model: LoadedModel | undefined;
/** How it was chosen: "auto", or a build. */
let modelBuild: Build = "auto";
let session: Session | undefined;
/** The file that is shown, to answer it again with another model. */
let shownFile: File | undefined;
let microphone: { close(): Promise<void> } | undefined;

/** What buttons do is done one after another; the work on a file ends when there is something else to do. */
let before: Promise<void> = Promise.resolve();

function act(step: () => Promise<void>): void {
  if (session?.kind === "file" && session.running) analysis.giveUpFile();
  before = before
    .then(() => {
      problem.textContent = "";
      return step();
    })
    .catch(fail);
}

/** An error becomes a sentence on the page. */
function fail(error: unknown): void {
  problem.textContent = sentence(error);
  // The microphone goes on.
  if (microphone !== undefined) return;
  if (session !== undefined && !session.running) return;
  if (session !== undefined) session.running = false;
  answers.say(model === undefined ? "not ready" : "no answer", "");
}

function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const begun = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

async function loadModel(): Promise<void> {
  const build = buildChoice.value as Build;
  modelStatus.textContent = "loading ...";
  try {
    model = await analysis.load(modelChoice.value as ModelName, build);
    modelBuild = build;
  } catch (error) {
    modelStatus.textContent = model === undefined ? "not loaded" : describe(model);
    if (model !== undefined) modelChoice.value = model.name;
    buildChoice.value = modelBuild;
    throw error;
  }
  const { builds, classes } = model;
  for (const option of Array.from(buildChoice.options))
    option.disabled = option.value !== "auto" && !builds.includes(option.value as never);
  answers.setClasses(classes);
  chart.setClasses(classes);
  modelStatus.textContent = describe(model);
}

function describe({ name, build, bytes, loadMs }: LoadedModel): string {
  return `${name}, ${BUILD_NAMES[build]}, ${Math.round(bytes / 1000)} KB, loaded in ${duration(loadMs)}`;
}

function begin(next: Session): void {
  session = next;
  table.clear();
  answers.clear();
  warnings.replaceChildren();
  figures.textContent = "";
  for (const button of [saveJson, saveCsv]) button.disabled = true;
  chart.show(next);
}

async function analyze(file: File): Promise<void> {
  await stopMicrophone();
  const next = fileSession(await readyModel(), file.name);
  begin(next);
  shownFile = file;
  player.show(file);
  answers.say("working ...", file.name);
  const complete = await analysis.file(file, (reply) => takeFileReply(next, reply));
  next.running = false;
  if (!complete) answers.say("no answer", `${file.name} was given up`);
  else announcer.say(`${file.name}: ${spoken(fileWording(next.result!))}`);
}

function takeFileReply(next: Session, reply: FileReply): void {
  if (reply.type === "begin") {
    next.columns = new Columns(reply.columns, reply.msPerColumn);
    next.durationMs = reply.durationMs;
  } else if (reply.type === "progress") {
    next.columns.append(reply.columns);
    next.answers.push(...reply.answers);
    next.speech.push(...reply.speech);
    table.add(reply.answers);
  } else {
    const { result } = reply;
    next.result = result;
    next.durationMs = result.durationMs;
    answers.show(fileWording(result), result);
    warnings.replaceChildren(
      ...result.warnings.map((text) => Object.assign(document.createElement("li"), { textContent: sentence(text) })),
    );
    const channels = result.channels === 1 ? "mono" : `${result.channels} channels`;
    figures.textContent =
      `${next.name}: ${result.sampleRate.toLocaleString("en")} Hz, ${channels}. ` +
      `Answered in ${duration(result.windowsMs)}; the stream over the same sound took ${duration(result.streamMs)}.`;
    for (const button of [saveJson, saveCsv]) button.disabled = false;
  }
  chart.draw();
}

/** The first one may not have been loaded: without a network, for example. */
async function readyModel(): Promise<LoadedModel> {
  if (model === undefined) await loadModel();
  return model!;
}

async function startMicrophone(): Promise<void> {
  const ready = await readyModel();
  const earlier = answers.wording;
  answers.say("opening ...", "your browser may ask you for the microphone");
  const next = microphoneSession(ready);
  microphone = await openMicrophone(ready.module, {
    onColumns(batch) {
      next.columns.append(batch);
      next.durationMs = next.columns.count * next.columns.msPerColumn;
      chart.draw();
    },
    onAnswer: (answer) => takeAnswer(next, answer),
    onSpeech: (event) => void next.speech.push(event),
    onOverload(droppedMs) {
      problem.textContent = `This machine is too slow for the microphone: ${duration(droppedMs)} of sound were left out.`;
    },
    onEnd(error) {
      act(stopMicrophone);
      before.then(() => fail(error));
    },
  }).catch((error: unknown) => {
    answers.say(earlier.headline, earlier.detail);
    throw error;
  });
  shownFile = undefined;
  player.hide();
  begin(next);
  answers.say("listening", "say something");
  speak.textContent = "Stop";
  document.body.classList.add("recording");
  announcer.say("The microphone is open.");
}

function takeAnswer(next: Session, answer: LiveAnswer): void {
  next.answers.push(answer);
  if (session !== next) return;
  table.add([answer]);
  const wording = liveWording(answer);
  answers.show(wording, answer);
  announcer.change(wording.headline);
  for (const button of [saveJson, saveCsv]) button.disabled = false;
}

async function stopMicrophone(): Promise<void> {
  const open = microphone;
  if (open === undefined) return;
  microphone = undefined;
  speak.textContent = "Speak";
  document.body.classList.remove("recording");
  await open.close();
  if (session === undefined) return;
  session.running = false;
  const last = session.answers.at(-1);
  answers.say(last === undefined ? "stopped" : liveWording(last).headline, `stopped after ${seconds(session.durationMs)}; the last answer`);
  chart.draw();
  announcer.say("The microphone is closed.");
}

async function changeModel(): Promise<void> {
  const wasOpen = microphone !== undefined;
  await stopMicrophone();
  await loadModel();
  if (wasOpen) await startMicrophone();
  else if (shownFile !== undefined) await analyze(shownFile);
  else if (session === undefined) answers.say("ready", "speak, drop a file, or take an example");
}

function spoken({ headline, detail }: Wording): string {
  return `${headline}, ${detail}`;
}

function save(text: (session: Session) => string, extension: string, type: string): void {
  if (session === undefined) return;
  const stem =
    session.kind === "file" ? session.name.replace(/\.[^.]*$/, "") : `speech-${session.started.slice(0, 19).replaceAll(":", "-")}`;
  saveText(text(session), `${stem}.${extension}`, type);
}

speak.addEventListener("click", () => act(() => (microphone === undefined ? startMicrophone() : stopMicrophone())));
modelChoice.addEventListener("change", () => act(changeModel));
buildChoice.addEventListener("change", () => act(changeModel));
saveJson.addEventListener("click", () => save(sessionJson, "json", "application/json"));
saveCsv.addEventListener("click", () => save(sessionCsv, "csv", "text/csv"));
takeFiles((file) => act(async () => analyze(await file)));
element("unsupported", HTMLElement).hidden = true;
act(changeModel);
// After the model, which people wait for.
before.then(() => keepOffline(element("offline", HTMLElement), model?.address));
