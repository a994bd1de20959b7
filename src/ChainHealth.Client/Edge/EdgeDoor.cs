using System.Net;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>The mutually authenticated door of an edge server: one listener, many members, bounded questions. Questions
/// of one connection run side by side.</summary>
public sealed class EdgeDoor : IAsyncDisposable
{
    private static readonly ListenerLimits Limits = new() { ConnectionsMax = 128, ConnectionsPerMemberMax = 8 };

    private readonly SecureListener _listener;

    private EdgeDoor(SecureListener listener) => _listener = listener;

    public IPEndPoint Local => _listener.Local;

    /// <param name="report">Told, in one line each, why connections ended or questions failed.</param>
    /// <exception cref="LinkException">The address is not ours or the port is in use.</exception>
    public static EdgeDoor Start(IPEndPoint endpoint, LinkIdentity self, EdgeAnswers answers, Action<string> report) =>
        new(SecureListener.Start(endpoint, self, Limits, (c, stop) => ServeAsync(c, answers, report, stop), report));

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private static async Task ServeAsync(
        SecureConnection connection, EdgeAnswers answers, Action<string> report, CancellationToken stopping)
    {
        if (connection.Purpose != LinkPurpose.Edge)
        {
            return;
        }

        await using var link = new SecureLink(connection, EdgeLimits.ServerLink);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var session = new EdgeSession(link, answers, report, ended.Token);
        try
        {
            await session.ReceiveAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            link.Close("stopping");
        }

        await ended.CancelAsync();
        await session.DrainAsync();
    }
}
