// GET /page answers with a file, GET /digest with the SHA-256 of it, POST /notes/NAME keeps a body, GET /notes/NAME gives it back,
// GET /work makes the compiler optimise a function.
const http = require('http');
const fs = require('fs');
const path = require('path');
const crypto = require('crypto');

const notes = fs.mkdtempSync('/tmp/notes-');
const note = (url) => path.join(notes, path.basename(url));

function work(count) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum = (sum * 31 + (i ^ (i >> 3))) % 1000003;
    return sum;
}

const routes = {
    'GET /page': (request, response) => fs.createReadStream('/app/page.txt').pipe(response),
    'GET /digest': async (request, response) => {
        const bytes = await fs.promises.readFile('/app/page.txt');
        response.end(crypto.createHash('sha256').update(bytes).digest('hex') + '\n');
    },
    'GET /work': (request, response) => response.end(work(20000000) + '\n'),
    'POST /notes': (request, response) => {
        const file = fs.createWriteStream(note(request.url));
        request.pipe(file).on('finish', () => response.writeHead(201).end(`${fs.statSync(note(request.url)).size} bytes\n`));
    },
    'GET /notes': (request, response) => {
        fs.createReadStream(note(request.url)).on('error', () => response.writeHead(404).end('no such note\n')).pipe(response);
    },
};

const server = http.createServer((request, response) => {
    const route = routes[`${request.method} /${request.url.split('/')[1]}`];
    if (route) route(request, response); else response.writeHead(404).end('nothing here\n');
});
process.on('SIGTERM', () => {
    server.close(() => fs.rmSync(notes, { recursive: true }));
    server.closeIdleConnections();
});
server.listen(8080, '127.0.0.1', () => console.log(`node ${process.version} listens on port 8080`));
