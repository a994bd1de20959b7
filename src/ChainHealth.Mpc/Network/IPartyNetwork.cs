namespace ChainHealth.Mpc;

/// <summary>The connections of one computing party (0..3) to the other three: private, authenticated, in order. One
/// call is one exchange. The protocol is data-oblivious, so both ends know every length beforehand; nothing here
/// interprets a byte.</summary>
public interface IPartyNetwork
{
    /// <summary>This party's number, 0 to 3.</summary>
    int Party { get; }

    /// <summary>Sends every non-empty outgoing message and fills every non-empty incoming buffer, all six streams at
    /// once (a party that first sends and then receives would deadlock on large messages). Returns when the outgoing
    /// memory may be reused and the incoming memory is full. An empty message is not sent and not awaited. Messages may
    /// be tens of megabytes: they are to be streamed from and into the given memory without a copy.</summary>
    /// <exception cref="MpcAbortException">A peer sent another length, or was silent for longer than the host's limit.
    /// </exception>
    ValueTask ExchangeAsync(ExchangeMessages messages, CancellationToken cancellation);
}

/// <summary>What one exchange sends to and awaits from each of the four parties; the entries of the party itself are
/// empty. Lengths are bytes.</summary>
public sealed class ExchangeMessages
{
    public const int Parties = 4;

    private readonly ReadOnlyMemory<byte>[] _outgoing = new ReadOnlyMemory<byte>[Parties];
    private readonly Memory<byte>[] _incoming = new Memory<byte>[Parties];

    /// <summary>Number of this exchange within its session, from 0; equal at all four parties.</summary>
    public ulong Exchange { get; init; }

    public ReadOnlyMemory<byte> Outgoing(int peer) => _outgoing[peer];

    /// <summary>To be filled exactly.</summary>
    public Memory<byte> Incoming(int peer) => _incoming[peer];

    public void Send(int peer, ReadOnlyMemory<byte> message) => _outgoing[peer] = message;

    public void Await(int peer, Memory<byte> buffer) => _incoming[peer] = buffer;

    public long BytesSent => _outgoing.Sum(m => (long)m.Length);
}
