// whatsapp-api-js against our fake Graph API: it sends everything it knows, and listens to webhooks. See README.md.
// Prints one line of JSON: what it got. Run by drive_fake_graph.py.
import { createServer } from "node:http";
import { WhatsAppAPI } from "whatsapp-api-js";
import * as messages from "whatsapp-api-js/messages";

const [graph, token, secret, word, number] = process.argv.slice(2);
const {
  ActionButtons, ActionList, Body, BodyComponent, BodyParameter, Button, ButtonComponent, Document, Footer, Header,
  Image, Interactive, Language, ListSection, Location, PayloadComponent, Reaction, Row, Sticker, Template, Text, Video,
} = messages;

const api = new WhatsAppAPI({
  token, appSecret: secret, webhookVerifyToken: word, v: "v23.0",
  ponyfill: { fetch: (url, options) => fetch(url.replace("https://graph.facebook.com", graph), options) },
});

const heard = { messages: [], statuses: [], refused: 0, handshakes: 0 };
api.on.message = ({ from, message, name }) => heard.messages.push([from, message.type, message.id, name]);
api.on.status = ({ status, id, biz_opaque_callback_data }) => heard.statuses.push([status, id, biz_opaque_callback_data]);

const server = createServer((request, response) => {
  if (request.method === "GET") {
    const asked = Object.fromEntries(new URL(request.url, "http://127.0.0.1").searchParams);
    try {
      response.end(String(api.get(asked)));
      heard.handshakes += 1;
    } catch { response.writeHead(403).end(); }
    return;
  }
  const parts = [];
  request.on("data", (part) => parts.push(part)).on("end", async () => {
    const raw = Buffer.concat(parts).toString();
    try {
      await api.post(JSON.parse(raw), raw, request.headers["x-hub-signature-256"]);
      response.end();
    } catch { heard.refused += 1; response.writeHead(401).end(); }
  });
});
await new Promise((up) => server.listen(0, "127.0.0.1", up));
const hook = `http://127.0.0.1:${server.address().port}/hook`;

async function steer(path, body) {
  const answer = await fetch(graph + path, { method: "POST", body: JSON.stringify(body) });
  return [answer.status, await answer.json()];
}
const subscribed = await steer("/subscribe", { callback_url: hook });

const RINA = { phone: "6281355501001" };
const buttons = new ActionButtons(new Button("ya", "Ya"), new Button("bukan", "Bukan"));
const rows = new ActionList("Pilih", new ListSection("Hasil", new Row("1", "Vaksin", "Salah"), new Row("2", "Banjir")));
const sending = {
  text: new Text("Salah. Klaim itu keliru."),
  buttons: new Interactive(buttons, new Body("Apakah ini membantu?"), new Header("Cek Fakta"), new Footer("Redaksi")),
  list: new Interactive(rows, new Body("Yang mana?")),
  image: new Image("https://example.org/kartu.png", false, "Kartu"),
  document: new Document("https://example.org/laporan.pdf", false, "Laporan", "laporan.pdf"),
  video: new Video("https://example.org/klip.mp4", false, "Klip"),
  sticker: new Sticker("https://example.org/stiker.webp"),
  location: new Location(106.8, -6.2, "Redaksi", "Jakarta"),
  reaction: new Reaction("wamid.T1", "🙏"),
  knock: new Template("periksa_jawaban", new Language("id"), new ButtonComponent("quick_reply", new PayloadComponent("see"))),
};
const sent = {};
for (const [what, message] of Object.entries(sending)) {
  const answer = await api.sendMessage(number, RINA, message, undefined, `out-${what}`);
  sent[what] = answer.messages ? "accepted" : `${answer.error.code} ${answer.error.error_data.details}`;
}
const bsuid = await api.sendMessage(number, { bsuid: "ID.7001" }, new Text("Salah."));
const missing = await api.sendMessage(number, RINA, new Template("tidak_ada", new Language("id")));
const read = await api.markAsRead(number, "wamid.T1", "text");

const file = Buffer.from("gambar banjir").toString("base64");
const delivered = await steer("/deliver", { batch: 1, messages: [
  { from: RINA.phone, text: "cek vaksin", id: "wamid.I1", name: "Rina" },
  { from: RINA.phone, kind: "image", mime: "image/png", base64: file, text: "benarkah?", id: "wamid.I2" },
  { from: RINA.phone, text: "Lihat", payload: "see", refers_to: "wamid.OUT", id: "wamid.I3" },
  { user_id: "ID.7001", text: "halo", id: "wamid.I4" },
] });
const unknown = await steer("/deliver", { mesages: [] });

for (let tries = 0; tries < 100; tries += 1) {
  const { webhooks } = await (await fetch(graph + "/recorded")).json();
  if (!webhooks.waiting) break;
  await new Promise((later) => setTimeout(later, 50));
}
const recorded = await (await fetch(graph + "/recorded")).json();
const taken = recorded.messages.length;
const mediaId = process.env.MEDIA_ID;
const media = await api.retrieveMedia(mediaId, number);
const bytes = await (await api.$$apiFetch$$(media.url)).text();
server.close();
console.log(JSON.stringify({
  subscribed: subscribed[0], sent, bsuid: bsuid.contacts, missing: missing.error?.code, read, delivered: delivered[0],
  unknown: unknown[0], heard, taken, receipts: recorded.receipts, webhooks: recorded.webhooks,
  media: [media.mime_type, media.file_size, bytes],
}));
