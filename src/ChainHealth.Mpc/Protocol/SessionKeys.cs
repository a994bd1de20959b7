using System.Security.Cryptography;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>The keys of one session at one party: for each share j that it knows the generator under Kj (known to all
/// but party j), and for each peer a generator and a tag key from the pairwise key.</summary>
internal sealed class SessionKeys : IDisposable
{
    private readonly AesCtr?[] _shareStreams = new AesCtr?[ExchangeMessages.Parties];
    private readonly AesCtr?[] _pairStreams = new AesCtr?[ExchangeMessages.Parties];
    private readonly AesGcm?[] _tags = new AesGcm?[ExchangeMessages.Parties];
    private readonly byte[]?[] _statements = new byte[]?[ExchangeMessages.Parties];

    /// <param name="tripleKeys">Kj by j; null at the party's own number.</param>
    /// <param name="pairKeys">By peer; null at the party's own number.</param>
    public SessionKeys(byte[]?[] tripleKeys, byte[]?[] pairKeys)
    {
        for (int p = 0; p < ExchangeMessages.Parties; p++)
        {
            _statements[p] = tripleKeys[p] is { } shared ? Derive(shared, "statements") : null;
            _shareStreams[p] = tripleKeys[p] is { } triple ? new AesCtr(Derive(triple, "share-stream")) : null;
            if (pairKeys[p] is { } pair)
            {
                _pairStreams[p] = new AesCtr(Derive(pair, "pair-stream"));
                _tags[p] = new AesGcm(Derive(pair, "pair-tags"), MessageTag.Bytes);
            }
        }
    }

    /// <summary>PRF(Kj), known to all but party j.</summary>
    public AesCtr Share(int j) => _shareStreams[j]!;

    /// <summary>PRF(Kij), known to this party and the peer only.</summary>
    public AesCtr Pair(int peer) => _pairStreams[peer]!;

    public AesGcm Tag(int peer) => _tags[peer]!;

    /// <summary>Compares copies of what a sender, a witness and a receiver know, without telling the fourth.</summary>
    public Digest Statement(ulong exchange, int sender, int witness, int receiver, ReadOnlySpan<byte> values)
    {
        using var hash = IncrementalHash.CreateHMAC(
            HashAlgorithmName.SHA256, _statements[DisputeJournal.OutsiderOf(sender, witness, receiver)]!);
        Span<byte> head = stackalloc byte[sizeof(ulong) + 3];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(head, exchange);
        (head[8], head[9], head[10]) = ((byte)sender, (byte)witness, (byte)receiver);
        hash.AppendData(head);
        hash.AppendData(values);
        Span<byte> result = stackalloc byte[Digest.Bytes];
        hash.GetHashAndReset(result);
        return Digest.Read(result);
    }

    public void Dispose()
    {
        foreach (IDisposable? key in _shareStreams.Concat<IDisposable?>(_pairStreams).Concat(_tags))
        {
            key?.Dispose();
        }

        foreach (byte[]? key in _statements)
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public override string ToString() => "session keys";

    private static byte[] Derive(byte[] key, string purpose)
    {
        Span<byte> derived = stackalloc byte[Digest.Bytes];
        Digest.Of(purpose, default, key).CopyTo(derived);
        return derived[..AesCtr.KeyBytes].ToArray();
    }
}
