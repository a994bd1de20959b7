using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using ChainHealth.Mpc;

namespace ChainHealth.Node;

/// <summary>The duplex stream to one party. A message is u32 length, u32 number of the exchange, then its bytes; both
/// are checked against what the protocol expects before a byte is taken.</summary>
internal sealed class PartyStream(int party, Stream stream) : IDisposable
{
    public const int HeaderBytes = 8;

    /// <summary>Messages up to this size travel with their header in one write, at the price of a copy.</summary>
    private const int JoinBytesMax = 32 * 1024;

    private readonly byte[] _outgoing = new byte[HeaderBytes + JoinBytesMax];
    private readonly byte[] _header = new byte[HeaderBytes];

    public int Party { get; } = party;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(ulong exchange, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_outgoing, (uint)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_outgoing.AsSpan(4), unchecked((uint)exchange));
        int joined = message.Length <= JoinBytesMax ? message.Length : 0;
        message.Span[..joined].CopyTo(_outgoing.AsSpan(HeaderBytes));
        await stream.WriteAsync(_outgoing.AsMemory(0, HeaderBytes + joined), cancellation);
        if (joined < message.Length)
        {
            await stream.WriteAsync(message, cancellation);
        }

        await stream.FlushAsync(cancellation);
    }

    /// <exception cref="MpcAbortException">It has another length or belongs to another exchange.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ReceiveAsync(ulong exchange, Memory<byte> message, CancellationToken cancellation)
    {
        await stream.ReadExactlyAsync(_header, cancellation);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(_header);
        uint number = BinaryPrimitives.ReadUInt32LittleEndian(_header.AsSpan(4));
        if (length != (uint)message.Length || number != unchecked((uint)exchange))
        {
            throw new MpcAbortException(AbortCause.WrongLength, exchange, Party, Party);
        }

        await stream.ReadExactlyAsync(message, cancellation);
    }

    public void Dispose() => stream.Dispose();
}
