using System.Net;

namespace ChainHealth.Client.Tests;

/// <summary>A listener of validator-1 on a free port and connections to it.</summary>
internal sealed class LinkPair : IAsyncDisposable
{
    public static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private readonly TestNetwork _network;
    private readonly TaskCompletionSource<SecureConnection> _accepted = new();
    private readonly List<string> _reports = [];
    private readonly SemaphoreSlim _reported = new(0);

    public LinkPair(TestNetwork network, ListenerLimits? limits = null, ServeConnection? serve = null)
    {
        _network = network;
        Listener = SecureListener.Start(
            AnyPort, LinkIdentity.Of(network["validator-1"]), limits ?? new ListenerLimits(), serve ?? HoldAsync,
            Report);
    }

    public SecureListener Listener { get; }

    /// <summary>The server's end of the first connection.</summary>
    public Task<SecureConnection> Accepted => _accepted.Task;

    public IReadOnlyList<string> Reports
    {
        get
        {
            lock (_reports)
            {
                return [.. _reports];
            }
        }
    }

    /// <summary>Waits for a report that contains the text: it comes after the connection has ended.</summary>
    public async Task ReportedAsync(string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!Reports.Any(r => r.Contains(text, StringComparison.Ordinal)))
        {
            await _reported.WaitAsync(limit.Token);
        }
    }

    public Task<SecureConnection> DialAsync(
        string member = "hospital-1", LinkPurpose purpose = LinkPurpose.Client, LinkIdentity? self = null) =>
        SecureDialer.ConnectAsync(
            _network.At("validator-1", Listener.Local), self ?? LinkIdentity.Of(_network[member]), purpose,
            CancellationToken.None);

    public ValueTask DisposeAsync() => Listener.DisposeAsync();

    private async Task HoldAsync(SecureConnection connection, CancellationToken stopping)
    {
        _accepted.TrySetResult(connection);
        await BackOff.WaitAsync(Timeout.InfiniteTimeSpan, stopping);
    }

    private void Report(string line)
    {
        lock (_reports)
        {
            _reports.Add(line);
        }

        _reported.Release();
    }
}
