using ChainHealth.Mpc;

namespace ChainHealth.Node;

/// <summary>The connections of one party in one session. All six streams of an exchange move at once; a party that is
/// silent for too long is named.</summary>
internal sealed class TlsPartyNetwork : IPartyNetwork, IDisposable
{
    private readonly PartyStream[] _streams;
    private readonly TimeSpan _silenceMax;
    private readonly SmpcMeter? _meter;

    /// <param name="peers">By party; null at the party's own number.</param>
    /// <param name="silenceMax">A peer that keeps us waiting for longer in one exchange is named as silent.</param>
    public TlsPartyNetwork(int party, IReadOnlyList<Stream?> peers, TimeSpan silenceMax, SmpcMeter? meter = null)
    {
        Party = party;
        _streams = [.. peers.Select((s, p) => s is null ? null : new PartyStream(p, s)).OfType<PartyStream>()];
        _silenceMax = silenceMax;
        _meter = meter;
    }

    public int Party { get; }

    public long Exchanges { get; private set; }

    /// <summary>With the headers of the messages, before TLS.</summary>
    public long BytesSent { get; private set; }

    public async ValueTask ExchangeAsync(ExchangeMessages messages, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_silenceMax);
        List<(int Party, Task Task)> moves = new(2 * _streams.Length);
        foreach (PartyStream stream in _streams)
        {
            if (messages.Outgoing(stream.Party) is { IsEmpty: false } message)
            {
                moves.Add((stream.Party, stream.SendAsync(messages.Exchange, message, limit.Token)));
                Count(message.Length + PartyStream.HeaderBytes);
            }

            if (messages.Incoming(stream.Party) is { IsEmpty: false } buffer)
            {
                moves.Add((stream.Party, stream.ReceiveAsync(messages.Exchange, buffer, limit.Token)));
            }
        }

        Exchanges++;
        Task first = await FirstFaultAsync(moves);
        if (first.IsCompletedSuccessfully)
        {
            return;
        }

        // The buffers belong to the caller again only when nothing moves any more.
        await limit.CancelAsync();
        await Task.WhenAll(moves.Select(m => m.Task)).ContinueWith(
            t => t.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        cancellation.ThrowIfCancellationRequested();
        throw first.Exception?.InnerException as MpcAbortException
            ?? Silent(messages.Exchange, moves.First(m => m.Task == first).Party);
    }

    public void Dispose()
    {
        foreach (PartyStream stream in _streams)
        {
            stream.Dispose();
        }
    }

    /// <summary>The first move that failed, or any where all succeeded.</summary>
    private static async Task<Task> FirstFaultAsync(List<(int Party, Task Task)> moves)
    {
        List<Task> open = [.. moves.Select(m => m.Task)];
        Task last = Task.CompletedTask;
        while (open.Count > 0)
        {
            Task? fault = open.Find(t => t.IsFaulted || t.IsCanceled);
            if (fault is not null)
            {
                return fault;
            }

            open.RemoveAll(t => t.IsCompletedSuccessfully);
            last = open.Count > 0 ? await Task.WhenAny(open) : Task.CompletedTask;
        }

        return last;
    }

    private static MpcAbortException Silent(ulong exchange, int party) =>
        new(AbortCause.Silent, exchange, party, party);

    private void Count(long bytes)
    {
        BytesSent += bytes;
        _meter?.Sent(bytes);
    }
}
