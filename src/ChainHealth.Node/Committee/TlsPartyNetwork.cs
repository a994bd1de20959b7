using System.Buffers.Binary;
using ChainHealth.Mpc;

namespace ChainHealth.Node;

/// <summary>Four parties over the raw TLS streams of their pairs. Each message has a 12-byte header (exchange number and
/// length), so that parties that got out of step find out before they interpret a byte.</summary>
internal sealed class TlsPartyNetwork : IPartyNetwork, IDisposable
{
    private const int HeaderBytes = sizeof(ulong) + sizeof(uint);

    /// <summary>Messages up to this size travel with their header in one write, at the price of a copy.</summary>
    private const int JoinBytesMax = 32 * 1024;

    private readonly Stream?[] _peers;
    private readonly TimeSpan _silenceMax;
    private readonly byte[][] _outgoing = new byte[ExchangeMessages.Parties][];
    private readonly byte[][] _incoming = new byte[ExchangeMessages.Parties][];
    private long _bytesSent;

    /// <param name="peers">By party; null at the party's own number.</param>
    /// <param name="silenceMax">A peer that keeps us waiting for longer is named as silent.</param>
    public TlsPartyNetwork(int party, Stream?[] peers, TimeSpan silenceMax)
    {
        Party = party;
        _peers = peers;
        _silenceMax = silenceMax;
        for (int p = 0; p < ExchangeMessages.Parties; p++)
        {
            _outgoing[p] = new byte[HeaderBytes + JoinBytesMax];
            _incoming[p] = new byte[HeaderBytes];
        }
    }

    public int Party { get; }

    /// <summary>Before TLS adds its own.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    public async ValueTask ExchangeAsync(ExchangeMessages messages, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_silenceMax);
        var reads = new Task[ExchangeMessages.Parties];
        var writes = new Task[ExchangeMessages.Parties];
        for (int p = 0; p < ExchangeMessages.Parties; p++)
        {
            writes[p] = messages.Outgoing(p).IsEmpty ? Task.CompletedTask : WriteAsync(p, messages, limit.Token);
            reads[p] = messages.Incoming(p).IsEmpty ? Task.CompletedTask : ReadAsync(p, messages, limit.Token);
        }

        for (int p = 0; p < ExchangeMessages.Parties; p++)
        {
            await AwaitPeerAsync(p, reads[p], messages.Exchange, limit, cancellation);
            await AwaitPeerAsync(p, writes[p], messages.Exchange, limit, cancellation);
        }
    }

    public void Dispose()
    {
        foreach (Stream? peer in _peers)
        {
            peer?.Dispose();
        }
    }

    /// <summary>A broken or silent connection names its peer; the other transfers are then given up.</summary>
    private static async Task AwaitPeerAsync(
        int peer, Task transfer, ulong exchange, CancellationTokenSource limit, CancellationToken cancellation)
    {
        try
        {
            await transfer;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            cancellation.ThrowIfCancellationRequested();
            await limit.CancelAsync();
            throw new MpcAbortException(AbortCause.Silent, exchange, peer, peer);
        }
        catch (MpcAbortException)
        {
            await limit.CancelAsync();
            throw;
        }
    }

    private async Task WriteAsync(int peer, ExchangeMessages messages, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> message = messages.Outgoing(peer);
        byte[] buffer = _outgoing[peer];
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, messages.Exchange);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(sizeof(ulong)), (uint)message.Length);
        int joined = message.Length <= JoinBytesMax ? message.Length : 0;
        message.Span[..joined].CopyTo(buffer.AsSpan(HeaderBytes));
        await _peers[peer]!.WriteAsync(buffer.AsMemory(0, HeaderBytes + joined), cancellation);
        if (joined < message.Length)
        {
            await _peers[peer]!.WriteAsync(message, cancellation);
        }

        Interlocked.Add(ref _bytesSent, HeaderBytes + message.Length);
    }

    private async Task ReadAsync(int peer, ExchangeMessages messages, CancellationToken cancellation)
    {
        Memory<byte> message = messages.Incoming(peer);
        byte[] header = _incoming[peer];
        await _peers[peer]!.ReadExactlyAsync(header, cancellation);
        ulong exchange = BinaryPrimitives.ReadUInt64LittleEndian(header);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(sizeof(ulong)));
        if (exchange != messages.Exchange || length != (uint)message.Length)
        {
            throw new MpcAbortException(AbortCause.WrongLength, messages.Exchange, peer, peer);
        }

        await _peers[peer]!.ReadExactlyAsync(message, cancellation);
    }
}
