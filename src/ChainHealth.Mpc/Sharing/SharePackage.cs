using System.Runtime.InteropServices;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>What one computing party receives of a shared vector: the three shares that it may know (all but its own
/// number), with salts. Secret: it never prints itself and is cleared when disposed.</summary>
public sealed class SharePackage : IDisposable
{
    /// <summary>Ring elements of one package: 64 MiB of vector.</summary>
    public const int LengthMax = 8 * 1024 * 1024;

    private const byte Version = 1;
    private readonly CommittedShare?[] _shares;

    internal SharePackage(int party, CommittedShare?[] shares)
    {
        Party = party;
        _shares = shares;
        Length = shares.First(s => s is not null)!.Length;
    }

    /// <summary>The party (0..3) that it is for.</summary>
    public int Party { get; }

    /// <summary>Ring elements.</summary>
    public int Length { get; }

    /// <summary>Null, with the reason, where the bytes are no package of at most <paramref name="lengthMax"/> elements.
    /// </summary>
    public static SharePackage? TryDecode(ReadOnlySpan<byte> bytes, int lengthMax, out string? fault)
    {
        var reader = new CanonicalReader(bytes);
        byte version = reader.Byte();
        byte party = reader.Byte();
        int length = reader.Int32();
        if (!reader.Failed && (version != Version || party >= ExchangeMessages.Parties))
        {
            reader.Fail("not a share package");
        }

        if (!reader.Failed && (length < 1 || length > Math.Min(lengthMax, LengthMax)))
        {
            reader.Fail($"{length} elements, at most {Math.Min(lengthMax, LengthMax)} allowed");
        }

        var shares = new CommittedShare?[ExchangeMessages.Parties];
        for (int j = 0; j < shares.Length && !reader.Failed; j++)
        {
            shares[j] = j == party ? null : ReadShare(ref reader, length);
        }

        bool complete = reader.Finish();
        fault = reader.Fault;
        return complete ? new SharePackage(party, shares) : null;
    }

    /// <summary>Canonical bytes (SMPC.md, "Share package"). The caller clears them after use.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(64 + _shares.Sum(s => (s?.Vector?.Length ?? 4) * sizeof(ulong)));
        writer.Byte(Version).Byte((byte)Party).Int32(Length);
        foreach (CommittedShare share in _shares.OfType<CommittedShare>())
        {
            writer.Fixed(share.Salt).Bool(share.Vector is not null);
            writer.Fixed(share.Vector is null ? share.Seed! : MemoryMarshal.AsBytes(share.Vector.AsSpan()));
        }

        byte[] bytes = writer.ToArray();
        MemoryMarshal.AsMemory(writer.WrittenMemory).Span.Clear();
        return bytes;
    }

    /// <summary>True where the package is for <paramref name="party"/>, has the expected number of elements, and each
    /// of its three shares opens the commitment on chain.</summary>
    public bool Verify(int party, ShareCommitments commitments, int expectedLength)
    {
        bool valid = Party == party && Length == expectedLength;
        for (int j = 0; j < _shares.Length; j++)
        {
            valid &= _shares[j] is not { } share || share.Commitment() == commitments[j];
        }

        return valid;
    }

    public void Dispose()
    {
        foreach (CommittedShare? share in _shares)
        {
            share?.Dispose();
        }
    }

    public override string ToString() => $"share package of {Length} elements for party {Party}";

    internal ShareReader Read(int share) => new(_shares[share]!);

    internal void Expand(int share, Span<ulong> destination) => _shares[share]!.Expand(destination);

    private static CommittedShare? ReadShare(ref CanonicalReader reader, int length)
    {
        byte[] salt = reader.Fixed(CommittedShare.SaltBytes).ToArray();
        bool isVector = reader.Bool();
        ReadOnlySpan<byte> content = reader.Fixed(isVector ? length * sizeof(ulong) : CommittedShare.SeedBytes);
        if (reader.Failed)
        {
            return null;
        }

        return isVector
            ? CommittedShare.FromVector(salt, MemoryMarshal.Cast<byte, ulong>(content).ToArray())
            : CommittedShare.FromSeed(length, salt, content.ToArray());
    }
}
