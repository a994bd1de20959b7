using System.Buffers.Binary;
using System.Text;

namespace ChainHealth.Learning;

/// <summary>Renames one import in a 64-bit little-endian ELF image, in place and without changing its size
/// (System V ABI, chapter "Dynamic linking"; symbol versions as in the Linux Standard Base, "Symbol versioning").
/// </summary>
internal static class ElfImportPatch
{
    public const string NewSymbol = "_ZSt21ios_base_library_initv";
    private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";
    private const string NewVersion = "GLIBCXX_3.4.32";
    private const string OldVersion = "GLIBCXX_3.4";
    private const int SectionStrings = 3;
    private const int SectionDynamicSymbols = 11;
    private const uint SectionVersionsNeeded = 0x6ffffffe;

    private readonly record struct Section(uint Type, int Offset, int Size, int Link);

    /// <returns>False where the image is none of ours: no ELF, already patched, or without that import.</returns>
    public static bool TryRename(Span<byte> image)
    {
        if (image.Length < 64 || BinaryPrimitives.ReadUInt32BigEndian(image) != 0x7F454C46 || image[4] != 2)
        {
            return false;
        }

        Section[] sections = ReadSections(image);
        Section symbols = Array.Find(sections, s => s.Type == SectionDynamicSymbols);
        Section needed = Array.Find(sections, s => s.Type == SectionVersionsNeeded);
        if (symbols.Size == 0 || needed.Size == 0
            || sections[symbols.Link].Type != SectionStrings)
        {
            return false;
        }

        Section strings = sections[symbols.Link];
        Span<byte> names = image.Slice(strings.Offset, strings.Size);
        int oldVersionName = names.IndexOf(Terminated("\0" + OldVersion)) + 1;
        Span<byte> entry = FindNeeded(image.Slice(needed.Offset, needed.Size), names);
        int symbol = FindSymbol(image.Slice(symbols.Offset, symbols.Size), names);
        if (symbol < 0 || entry.IsEmpty || oldVersionName == 0)
        {
            return false;
        }

        int name = (int)BinaryPrimitives.ReadUInt32LittleEndian(image[(symbols.Offset + (symbol * 24))..]);
        names.Slice(name, NewSymbol.Length).Clear();
        Encoding.ASCII.GetBytes(OldSymbol, names[name..]);
        BinaryPrimitives.WriteUInt32LittleEndian(entry, Hash(OldVersion));
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)oldVersionName);
        return true;
    }

    private static Section[] ReadSections(ReadOnlySpan<byte> image)
    {
        int table = (int)BinaryPrimitives.ReadUInt64LittleEndian(image[40..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(image[58..]);
        var sections = new Section[BinaryPrimitives.ReadUInt16LittleEndian(image[60..])];
        for (int i = 0; i < sections.Length; i++)
        {
            ReadOnlySpan<byte> header = image[(table + (i * size))..];
            sections[i] = new Section(
                BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
                (int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..]),
                (int)BinaryPrimitives.ReadUInt64LittleEndian(header[32..]),
                (int)BinaryPrimitives.ReadUInt32LittleEndian(header[40..]));
        }

        return sections;
    }

    private static int FindSymbol(ReadOnlySpan<byte> symbols, ReadOnlySpan<byte> names)
    {
        for (int i = 0; i < symbols.Length / 24; i++)
        {
            if (NameIs(names, (int)BinaryPrimitives.ReadUInt32LittleEndian(symbols[(i * 24)..]), NewSymbol))
            {
                return i;
            }
        }

        return -1;
    }

    // vernaux: hash 4, flags 2, index 2, name 4, next 4; behind each verneed: version 2, count 2, file 4, aux 4, next
    // 4.
    private static Span<byte> FindNeeded(Span<byte> needed, ReadOnlySpan<byte> names)
    {
        int at = 0;
        while (true)
        {
            int aux = at + (int)BinaryPrimitives.ReadUInt32LittleEndian(needed[(at + 8)..]);
            for (int i = BinaryPrimitives.ReadUInt16LittleEndian(needed[(at + 2)..]); i > 0; i--)
            {
                if (NameIs(names, (int)BinaryPrimitives.ReadUInt32LittleEndian(needed[(aux + 8)..]), NewVersion))
                {
                    return needed.Slice(aux, 16);
                }

                aux += (int)BinaryPrimitives.ReadUInt32LittleEndian(needed[(aux + 12)..]);
            }

            int next = (int)BinaryPrimitives.ReadUInt32LittleEndian(needed[(at + 12)..]);
            if (next == 0)
            {
                return default;
            }

            at += next;
        }
    }

    private static bool NameIs(ReadOnlySpan<byte> names, int at, string name) =>
        at < names.Length && names[at..].StartsWith(Terminated(name));

    private static byte[] Terminated(string text) => Encoding.ASCII.GetBytes(text + "\0");

    private static uint Hash(string name)
    {
        uint hash = 0;
        foreach (char letter in name)
        {
            hash = unchecked((hash << 4) + letter);
            uint high = hash & 0xF0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }
}
