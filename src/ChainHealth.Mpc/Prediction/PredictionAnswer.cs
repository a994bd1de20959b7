using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>What one validator answers: its three shares of the class scores, for the asker alone. Every share is told
/// by three validators (by two where a seat is empty), so one that lies is outvoted. Secret: never printed.</summary>
public sealed class PredictionAnswer : IDisposable
{
    /// <summary>Of an encoded answer.</summary>
    public const int BytesMax = 64 * 1024;

    /// <summary>First byte of an answer; those of <see cref="PredictionWordKind"/> begin a word in its place.</summary>
    private const byte Kind = 1;

    private const int WordsMax = PredictionQuestion.RecordsMax * Primitives.Architecture.ClassesMax;

    private readonly ulong[]?[] _shares;

    internal PredictionAnswer(int party, ulong[]?[] shares, int exchanges, long bytesSent)
    {
        Party = party;
        _shares = shares;
        Exchanges = exchanges;
        BytesSent = bytesSent;
    }

    /// <summary>Seat of the validator that answers.</summary>
    public int Party { get; }

    public int Exchanges { get; }

    /// <summary>By this party.</summary>
    public long BytesSent { get; }

    /// <summary>Of the answer as it travels.</summary>
    internal int EncodedBytes => 14 + _shares.OfType<ulong[]>().Sum(s => 4 + (s.Length * sizeof(ulong)));

    /// <summary>Share j; null for the party's own number.</summary>
    internal ulong[]? Share(int j) => _shares[j];

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(256);
        writer.Byte(Kind).Byte((byte)Party).Int32(Exchanges).Int64(BytesSent);
        foreach (ulong[] share in _shares.OfType<ulong[]>())
        {
            writer.Bytes(MemoryMarshal.AsBytes(share.AsSpan()));
        }

        return writer.ToArray();
    }

    /// <summary>Null where it is no answer of that party with as many scores.</summary>
    public static PredictionAnswer? TryDecode(ReadOnlySpan<byte> bytes, int party, int words)
    {
        var reader = new CanonicalReader(bytes);
        byte kind = reader.Byte();
        byte told = reader.Byte();
        int exchanges = reader.Int32();
        long sent = reader.Int64();
        var shares = new ulong[]?[ExchangeMessages.Parties];
        for (int j = 0; j < shares.Length; j++)
        {
            if (j != party)
            {
                ReadOnlySpan<byte> share = reader.Bytes(WordsMax * sizeof(ulong));
                shares[j] = share.Length == words * sizeof(ulong)
                    ? MemoryMarshal.Cast<byte, ulong>(share).ToArray() : null;
            }
        }

        return reader.Finish() && kind == Kind && told == party && exchanges >= 0 && sent >= 0
            && shares.Count(s => s is not null) == ExchangeMessages.Parties - 1
                ? new PredictionAnswer(party, shares, exchanges, sent) : null;
    }

    /// <summary>The scores at 2f fraction bits: share j as at least two of its holders tell it. Null where no two tell
    /// the same.</summary>
    /// <param name="answers">By party; null for one that is absent or told nothing.</param>
    public static long[]? TryOpen(IReadOnlyList<PredictionAnswer?> answers)
    {
        ulong[]? sum = null;
        for (int j = 0; j < ExchangeMessages.Parties; j++)
        {
            if (Agreed([.. answers.Select(a => a?.Share(j)).OfType<ulong[]>()]) is not { } share)
            {
                return null;
            }

            sum ??= new ulong[share.Length];
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] = unchecked(sum[i] + share[i]);
            }
        }

        return [.. sum!.Select(v => unchecked((long)v))];
    }

    /// <summary>Whether a party tells each of its shares as another holder does.</summary>
    internal static bool Agrees(IReadOnlyList<PredictionAnswer?> answers, int party) =>
        answers[party] is { } own && Enumerable.Range(0, ExchangeMessages.Parties).Where(j => j != party).All(j =>
            answers.Any(a => a is not null && a != own && a.Share(j) is { } other
                && other.AsSpan().SequenceEqual(own.Share(j))));

    public void Dispose()
    {
        foreach (ulong[] share in _shares.OfType<ulong[]>())
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(share.AsSpan()));
        }
    }

    public override string ToString() => $"answer of party {Party}";

    private static ulong[]? Agreed(ulong[][] copies) =>
        copies.FirstOrDefault(c => copies.Count(other => other.AsSpan().SequenceEqual(c)) >= 2);
}
