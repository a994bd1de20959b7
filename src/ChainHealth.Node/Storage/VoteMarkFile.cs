using System.Buffers.Binary;
using ChainHealth.Consensus;
using ChainHealth.Primitives;
using Microsoft.Win32.SafeHandles;

namespace ChainHealth.Node;

/// <summary>The vote mark in two slots that are written in turn, so that a write that a crash cuts off leaves the other
/// one whole. A slot: magic u64, turn u64, height u64, view u64, silent-up-to u64, then SHA-256 over chain and these
/// bytes. The slots stand 4096 bytes apart, in different sectors of the disk.</summary>
internal sealed class VoteMarkFile : IDisposable
{
    public const string FileName = "votes.mark";
    public const int SlotsApartBytes = 4096;

    private const ulong Magic = 0x4B52414D_45544F56;
    private const int FieldsBytes = 5 * sizeof(ulong);
    private const int SlotBytes = FieldsBytes + Digest.Bytes;

    private readonly SafeFileHandle _file;
    private readonly Digest _chain;
    private ulong _turn;

    private VoteMarkFile(SafeFileHandle file, Digest chain)
    {
        _file = file;
        _chain = chain;
    }

    public VoteMark Value { get; private set; }

    /// <summary>A new file under its name, both slots good.</summary>
    public static VoteMarkFile Create(string folder, Digest chain, VoteMark value)
    {
        string path = Path.Combine(folder, FileName);
        string temporary = path + ".tmp";
        SafeFileHandle handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        var file = new VoteMarkFile(handle, chain);
        file.Write(value);
        file.Write(value);
        Disk.Publish(temporary, path);
        return file;
    }

    /// <summary>Null where it is missing, or no slot of it is whole and of this chain.</summary>
    public static VoteMarkFile? TryOpen(string folder, Digest chain)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var file = new VoteMarkFile(handle, chain);
        bool isGood = file.TryRead(0) | file.TryRead(1);
        if (!isGood)
        {
            handle.Dispose();
        }

        return isGood ? file : null;
    }

    /// <summary>For an audit, which changes nothing: null where both slots are whole and nothing else stands in the
    /// file.</summary>
    public static string? FaultOf(string path, Digest chain)
    {
        if (!File.Exists(path))
        {
            return $"{path}: missing";
        }

        byte[] content = File.ReadAllBytes(path);
        if (content.Length != SlotsApartBytes + SlotBytes
            || content.AsSpan(SlotBytes, SlotsApartBytes - SlotBytes).ContainsAnyExcept((byte)0))
        {
            return $"{path}: not a vote mark of this program";
        }

        int damaged = IsWhole(content, chain) ? IsWhole(content.AsSpan(SlotsApartBytes), chain) ? -1 : 1 : 0;
        return damaged < 0 ? null : $"{path}: slot {damaged} is damaged or of another chain";
    }

    /// <summary>Durable when it returns.</summary>
    public void Write(VoteMark value)
    {
        Span<byte> slot = stackalloc byte[SlotBytes];
        ulong turn = _turn + 1;
        ulong[] fields = [Magic, turn, value.Height.Value, value.View.Value, value.SilentUpTo.Value];
        for (int i = 0; i < fields.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(slot[(i * sizeof(ulong))..], fields[i]);
        }

        Seal(slot, _chain).CopyTo(slot[FieldsBytes..]);
        Disk.Pass(PersistPoint.BeforeMark);
        RandomAccess.Write(_file, slot, (long)(turn % 2) * SlotsApartBytes);
        Disk.Flush(_file);
        (_turn, Value) = (turn, value);
    }

    public void Dispose() => _file.Dispose();

    private bool TryRead(int index)
    {
        Span<byte> slot = stackalloc byte[SlotBytes];
        if (RandomAccess.Read(_file, slot, (long)index * SlotsApartBytes) < SlotBytes
            || !IsWhole(slot, _chain))
        {
            return false;
        }

        if (Field(slot, 1) > _turn)
        {
            _turn = Field(slot, 1);
            Value = new VoteMark(new Height(Field(slot, 2)), new View(Field(slot, 3)), new Height(Field(slot, 4)));
        }

        return true;
    }

    private static bool IsWhole(ReadOnlySpan<byte> slot, Digest chain) =>
        Field(slot, 0) == Magic && Seal(slot, chain) == Digest.Read(slot.Slice(FieldsBytes, Digest.Bytes));

    private static Digest Seal(ReadOnlySpan<byte> slot, Digest chain) =>
        Digest.Of("vote-mark", chain, slot[..FieldsBytes]);

    private static ulong Field(ReadOnlySpan<byte> slot, int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(slot[(index * sizeof(ulong))..]);
}
