using System.Runtime.CompilerServices;
using ChainHealth.Mpc;

namespace ChainHealth.Node;

/// <summary>The connections of one party in one session. All six streams of an exchange move at once; a party that is
/// silent for too long is named. An exchange allocates nothing unless it has to wait for a peer.</summary>
internal sealed class TlsPartyNetwork : IPartyNetwork, IDisposable
{
    private readonly PartyStream[] _streams;
    private readonly ValueTask[] _moves;
    private readonly TimeSpan _silenceMax;
    private readonly SmpcMeter? _meter;
    private readonly CancellationTokenSource _limit = new();
    private Fault? _fault;

    private sealed record Fault(int Party, Exception Reason);

    /// <param name="peers">By party; null at the party's own number.</param>
    /// <param name="silenceMax">A peer that keeps us waiting for longer in one exchange is named as silent.</param>
    public TlsPartyNetwork(int party, IReadOnlyList<Stream?> peers, TimeSpan silenceMax, SmpcMeter? meter = null)
    {
        Party = party;

        // Each party begins with the next one, so that not all send to the same first.
        _streams = [.. Enumerable.Range(1, peers.Count).Select(i => (party + i) % peers.Count)
            .Where(p => peers[p] is not null).Select(p => new PartyStream(p, peers[p]!))];
        _moves = new ValueTask[2 * _streams.Length];
        _silenceMax = silenceMax;
        _meter = meter;
    }

    public int Party { get; }

    public long Exchanges { get; private set; }

    /// <summary>With the headers of the messages, before TLS.</summary>
    public long BytesSent { get; private set; }

    public async ValueTask ExchangeAsync(ExchangeMessages messages, CancellationToken cancellation)
    {
        if (_fault is not null)
        {
            throw Silent(messages.Exchange, _fault.Party);
        }

        _limit.CancelAfter(_silenceMax);
        await using (cancellation.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), _limit))
        {
            // Sending comes first: what the others wait for leaves before this party turns to what it awaits.
            for (int i = 0; i < _streams.Length; i++)
            {
                _moves[i] = SendAsync(_streams[i], messages);
            }

            for (int i = 0; i < _streams.Length; i++)
            {
                _moves[_streams.Length + i] = ReceiveAsync(_streams[i], messages);
            }

            // None of them throws. The buffers belong to the caller again only when nothing moves any more.
            foreach (ValueTask move in _moves)
            {
                await move;
            }
        }

        Exchanges++;
        if (_fault is null)
        {
            _limit.TryReset();
            return;
        }

        cancellation.ThrowIfCancellationRequested();
        throw _fault.Reason as MpcAbortException ?? Silent(messages.Exchange, _fault.Party);
    }

    public void Dispose()
    {
        foreach (PartyStream stream in _streams)
        {
            stream.Dispose();
        }

        _limit.Dispose();
    }

    private static MpcAbortException Silent(ulong exchange, int party) =>
        new(AbortCause.Silent, exchange, party, party);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(PartyStream stream, ExchangeMessages messages)
    {
        ReadOnlyMemory<byte> message = messages.Outgoing(stream.Party);
        if (message.IsEmpty)
        {
            return;
        }

        BytesSent += message.Length + PartyStream.HeaderBytes;
        _meter?.Sent(message.Length + PartyStream.HeaderBytes);
        try
        {
            await stream.SendAsync(messages.Exchange, message, _limit.Token);
        }
        catch (Exception e)
        {
            Stop(stream.Party, e);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReceiveAsync(PartyStream stream, ExchangeMessages messages)
    {
        Memory<byte> buffer = messages.Incoming(stream.Party);
        if (buffer.IsEmpty)
        {
            return;
        }

        try
        {
            await stream.ReceiveAsync(messages.Exchange, buffer, _limit.Token);
        }
        catch (Exception e)
        {
            Stop(stream.Party, e);
        }
    }

    /// <summary>The first fault of an exchange counts; the moves that are still under way end with it.</summary>
    private void Stop(int party, Exception reason)
    {
        if (Interlocked.CompareExchange(ref _fault, new Fault(party, reason), null) is null)
        {
            _limit.Cancel();
        }
    }
}
