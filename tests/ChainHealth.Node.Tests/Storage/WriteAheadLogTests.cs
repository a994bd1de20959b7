using System.Text;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

public sealed class WriteAheadLogTests : IDisposable
{
    private static readonly Digest Chain = Digest.Sha256("chain"u8);

    private readonly TemporaryFolder _folder = new();

    private string File => _folder[WriteAheadLog.FileName];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_appended_is_there_after_reopening()
    {
        Write("a", "b", "c");
        using WriteAheadLog log = WriteAheadLog.Open(_folder.Path, Chain);
        Assert.Equal(["a", "b", "c"], Texts(log));
        Assert.Null(log.Repair);
    }

    [Fact]
    public void A_torn_tail_of_any_length_is_cut_off_and_reported()
    {
        Write("first", "second");
        byte[] whole = System.IO.File.ReadAllBytes(File);
        int secondAt = whole.Length - LogFrame.HeaderBytes - 4 - 4 - "second".Length;
        for (int length = secondAt + 1; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            using WriteAheadLog log = WriteAheadLog.Open(_folder.Path, Chain);
            Assert.Equal(["first"], Texts(log));
            Assert.Contains($"offset {secondAt}", log.Repair);
        }
    }

    [Fact]
    public void A_tail_of_zeros_is_cut_off()
    {
        Write("first");
        using (FileStream file = System.IO.File.OpenWrite(File))
        {
            file.Seek(0, SeekOrigin.End);
            file.Write(new byte[500]);
        }

        using WriteAheadLog log = WriteAheadLog.Open(_folder.Path, Chain);
        Assert.Equal(["first"], Texts(log));
    }

    [Fact]
    public void A_flipped_bit_in_the_middle_is_refused_wherever_it_is()
    {
        Write("first", "second");
        byte[] whole = System.IO.File.ReadAllBytes(File);
        int secondAt = whole.Length - LogFrame.HeaderBytes - 4 - 4 - "second".Length;
        for (int at = LogFile.HeadBytes; at < secondAt; at++)
        {
            byte[] altered = [.. whole];
            altered[at] ^= 0x10;
            System.IO.File.WriteAllBytes(File, altered);
            var fault = Assert.Throws<StoreException>(() => WriteAheadLog.Open(_folder.Path, Chain));
            Assert.Contains($"{File}: damaged at offset {LogFile.HeadBytes}", fault.Message);
        }
    }

    [Fact]
    public void A_repeated_record_is_refused()
    {
        Write("only");
        byte[] whole = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, [.. whole, .. whole[LogFile.HeadBytes..]]);
        var fault = Assert.Throws<StoreException>(() => WriteAheadLog.Open(_folder.Path, Chain));
        Assert.Contains("does not follow the one before it", fault.Message);
    }

    [Fact]
    public void A_missing_log_and_a_log_of_another_chain_are_refused()
    {
        Assert.Contains("missing", Assert.Throws<StoreException>(
            () => WriteAheadLog.Open(_folder.Path, Chain)).Message);
        Write("a");
        Assert.Contains("belongs to chain", Assert.Throws<StoreException>(
            () => WriteAheadLog.Open(_folder.Path, Digest.Sha256("other"u8))).Message);
    }

    [Fact]
    public void Replacing_keeps_only_the_new_records_and_goes_on()
    {
        using (WriteAheadLog log = WriteAheadLog.Create(_folder.Path, Chain))
        {
            log.Append([Record("old")]);
            log.Replace([Record("kept")]);
            log.Append([Record("new"), Record("newer")]);
        }

        using WriteAheadLog reopened = WriteAheadLog.Open(_folder.Path, Chain);
        Assert.Equal(["kept", "new", "newer"], Texts(reopened));
    }

    [Fact]
    public void A_crash_between_writing_and_renaming_leaves_the_old_log()
    {
        Write("a");
        System.IO.File.WriteAllBytes(File + ".tmp", [1, 2, 3]);
        using WriteAheadLog log = WriteAheadLog.Open(_folder.Path, Chain);
        Assert.Equal(["a"], Texts(log));
    }

    private static ByteString Record(string text) => new(Encoding.ASCII.GetBytes(text));

    private static IEnumerable<string> Texts(WriteAheadLog log) =>
        log.Records.Select(r => Encoding.ASCII.GetString(r.Span));

    private void Write(params string[] records)
    {
        using WriteAheadLog log = WriteAheadLog.Create(_folder.Path, Chain);
        foreach (string record in records)
        {
            log.Append([Record(record)]);
        }
    }
}
