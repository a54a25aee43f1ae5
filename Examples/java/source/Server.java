import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** GET /hello greets, /primes counts with several threads, /garbage makes the collector work, /null reads through null. */
public class Server {
    public static void main(String[] arguments) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 8080), 0);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        server.setExecutor(pool);
        server.createContext("/hello", exchange -> answer(exchange, "hello from " + System.getProperty("java.version")));
        server.createContext("/primes", exchange -> answer(exchange, Integer.toString(primes(200_000))));
        server.createContext("/garbage", exchange -> answer(exchange, Long.toString(garbage())));
        server.createContext("/null", exchange -> answer(exchange, Integer.toString(faults())));
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.stop(0);
            System.out.println("stopped");
        }));
        System.out.println("java listens on port 8080");
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static int primes(int limit) {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Integer>> parts = new ArrayList<>();
        for (int part = 0; part < 4; part++) {
            int first = part;
            Callable<Integer> count = () -> {
                int found = 0;
                for (int n = 2 + first; n < limit; n += 4) {
                    boolean prime = true;
                    for (int d = 2; d * d <= n && prime; d++) prime = n % d != 0;
                    if (prime) found++;
                }
                return found;
            };
            parts.add(threads.submit(count));
        }
        try {
            int sum = 0;
            for (Future<Integer> part : parts) sum += part.get();
            return sum;
        } catch (Exception error) {
            return -1;
        } finally {
            threads.shutdown();
        }
    }

    private static long garbage() {
        long length = 0;
        for (int round = 0; round < 200; round++) {
            List<byte[]> pieces = new ArrayList<>();
            for (int piece = 0; piece < 1000; piece++) pieces.add(new byte[4096]);
            length += pieces.size();
        }
        return length;
    }

    /** Often enough that the compiled code finds null by a fault. */
    private static int faults() {
        int count = 0;
        for (int round = 0; round < 20_000; round++) {
            int[] row = round % 100 == 0 ? null : new int[] {round};
            try {
                count += row[0] >= 0 ? 0 : 1;
            } catch (NullPointerException error) {
                count++;
            }
        }
        return count;
    }
}
