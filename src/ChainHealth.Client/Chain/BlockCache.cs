using System.Buffers.Binary;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Verified blocks in an append-only file: the chain id, then length and canonical bytes of each block from
/// height 1 on. A cache and no more: what does not read well is cut off and fetched again, and its blocks are verified
/// again by whoever reads them. Not for several threads.</summary>
internal sealed class BlockCache : IDisposable
{
    private readonly FileStream _file;
    private readonly List<long> _offsets = [];
    private long _end;

    private BlockCache(FileStream file) => _file = file;

    /// <summary>Opens or makes the file and hands out its blocks in order, as long as <paramref name="take"/> accepts
    /// them; the rest is cut off.</summary>
    /// <exception cref="IOException">It cannot be opened, for instance because another process has it.</exception>
    public static BlockCache Open(string path, Digest chain, Func<CertifiedBlock, bool> take)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        var cache = new BlockCache(file);
        try
        {
            cache.Load(chain, take);
            return cache;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The next block; its height must be one above the last.</summary>
    public void Append(CertifiedBlock certified)
    {
        byte[] bytes = BlockCodec.Encode(certified);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        _file.Position = _end;
        _file.Write(length);
        _file.Write(bytes);
        _file.Flush();
        _offsets.Add(_end);
        _end = _file.Position;
    }

    /// <summary>Null where the file does not have it. The caller verifies it.</summary>
    public CertifiedBlock? Read(Height height)
    {
        if (height.Value == 0 || height.Value > (ulong)_offsets.Count)
        {
            return null;
        }

        _file.Position = _offsets[(int)height.Value - 1];
        return ReadNext();
    }

    public void Dispose() => _file.Dispose();

    private void Load(Digest chain, Func<CertifiedBlock, bool> take)
    {
        var head = new byte[Digest.Bytes];
        bool ours = _file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && Digest.Read(head) == chain;
        if (!ours)
        {
            _file.SetLength(0);
            _file.Write(chain.ToArray());
        }

        _end = _file.Position;
        while (ReadNext() is { } certified && take(certified))
        {
            _offsets.Add(_end);
            _end = _file.Position;
        }

        _file.SetLength(_end);
    }

    private CertifiedBlock? ReadNext()
    {
        Span<byte> head = stackalloc byte[sizeof(int)];
        if (_file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is < 1 or > ClientLimits.CertifiedBlockBytesMax || length > _file.Length - _file.Position)
        {
            return null;
        }

        var bytes = new byte[length];
        _file.ReadExactly(bytes);
        return BlockCodec.TryDecodeCertified(bytes, out _);
    }
}
