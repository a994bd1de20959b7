using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChainHealth.Learning.Tests;

/// <summary>Serves one file over HTTP/1.1, one request a connection; can break a transfer off or ignore
/// ranges.</summary>
internal sealed class TinyWebServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly byte[] content;
    private readonly Task loop;

    public TinyWebServer(byte[] content)
    {
        this.content = content;
        listener.Start();
        loop = ServeAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/file.npz");

    /// <summary>First bytes asked for, of each request; null where it asked for the whole.</summary>
    public List<long?> Requests { get; } = [];

    /// <summary>So many transfers are broken off half way.</summary>
    public int Interruptions { get; set; }

    public bool KnowsRanges { get; init; } = true;

    public string Status { get; init; } = "";

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await loop;
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        long? from = null;
        while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 } line)
        {
            if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
            {
                from = long.Parse(line["Range: bytes=".Length..].TrimEnd('-'));
            }
        }

        Requests.Add(from);
        long start = KnowsRanges ? from ?? 0 : 0;
        string status = Status.Length > 0 ? Status
            : start >= content.Length ? "416 Range Not Satisfiable" : start > 0 ? "206 Partial Content" : "200 OK";
        byte[] rest = start < content.Length ? content[(int)start..] : [];
        string head = $"HTTP/1.1 {status}\r\nContent-Length: {rest.Length}\r\nConnection: close\r\n"
            + (start > 0 ? $"Content-Range: bytes {start}-{content.Length - 1}/{content.Length}\r\n" : "") + "\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), stop.Token);
        bool interrupt = Interruptions > 0;
        Interruptions -= interrupt ? 1 : 0;
        await stream.WriteAsync(rest.AsMemory(0, interrupt ? rest.Length / 2 : rest.Length), stop.Token);
    }
}
