using System.Collections.Immutable;
using ChainHealth.Primitives;
using CsCheck;

namespace ChainHealth.Client.Tests;

public sealed class EdgeCodecTests
{
    private static readonly EdgeStatus Status = new(
        "1.0", "wdbc", 120, true, "label-flip", EdgeActivity.Training, new RunId(3), 2, 410, 9000, "out of memory",
        new Instant(77), new Instant(55));

    private static readonly DatasetSummary Summary = new(
        "wdbc", "Street and others", "BSD", true, new TensorShape(1, 1, 2), ["malignant", "benign"],
        [new ColumnSummary("radius", 6.9, 28.1, 14.1, 3.5, false)], [new SplitSummary("Test, public", false, [4, 7])],
        [new SampleImage(1, new ByteString([1, 2]))], [new Finding(FindingLevel.Warning, "leaks")]);

    private static readonly TestResult Result = new(
        2, TestSubject.Unprotected, [[5, 1], [0, 6]], 9912, [new RocPoint(0, 0), new RocPoint(10_000, 10_000)]);

    private static readonly RunWish Wish = new(
        "wdbc", "mlp", 3, 950, 0, true, 128, 3, 7, true, [new AttackWish("hospital-2", "label-flip")]);

    [Fact]
    public void Every_question_and_answer_has_exactly_one_encoding_and_survives_any_bytes()
    {
        Check(EdgeStatus.Codec, Status);
        Check(DatasetSummary.Codec, Summary);
        Check(DatasetOffer.ListCodec, [new DatasetOffer("wdbc", "nuclei", "BSD", false, true)]);
        Check(UploadChunk.Codec, new UploadChunk(9, "set.csv", 10, 4, new byte[] { 1, 2, 3 }));
        Check(UploadProgress.Codec, new UploadProgress(7, "set", "120 records"));
        Check(RunWish.Codec, Wish);
        Check(RunStarted.Codec, new RunStarted(new RunId(4), Examples.Digest(1), new Height(12)));
        Check(StopWish.Codec, new StopWish(new RunId(4), "wrong data set"));
        Check(TestResult.ListCodec, [Result]);
        Check(RehearsalUpdate.Codec, new RehearsalUpdate(new RunId(1), 2, 30, [5, -6, long.MaxValue]));
        Check(Nothing.Codec, default);
    }

    [Fact]
    public void Every_kind_has_a_number_and_limits_of_its_own()
    {
        Assert.Equal(EdgeCalls.All.Length, EdgeCalls.All.Select(c => c.Kind).Distinct().Count());
        Assert.All(EdgeCalls.All, c => Assert.InRange(c.Limit, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)));
        Assert.All(EdgeCalls.All, c => Assert.InRange(c.QuestionBytesMax, 1, 64 * 1024 * 1024));
        Assert.All(EdgeCalls.All, c => Assert.InRange(c.AnswerBytesMax, 1, 64 * 1024 * 1024));
    }

    [Theory]
    [InlineData(0, 0, 3)]
    [InlineData(10, -1, 3)]
    [InlineData(10, 8, 3)]
    [InlineData(EdgeLimits.UploadBytesMax + 1, 0, 3)]
    [InlineData(10, 0, 0)]
    public void A_piece_outside_its_file_is_a_fault(long total, long offset, int bytes)
    {
        var chunk = new UploadChunk(1, "set.csv", total, offset, new byte[bytes]);
        Assert.False(UploadChunk.Codec.TryDecode(UploadChunk.Codec.Encode(chunk), out _, out string? fault));
        Assert.NotNull(fault);
    }

    [Fact]
    public void A_matrix_that_is_not_square_or_overflows_is_a_fault()
    {
        Refuse(Result with { Confusion = [[5], [0, 6]] }, "not square");
        Refuse(Result with { Confusion = [[9_000_000, 9_000_000], [1, 1]] }, "more than");
    }

    [Fact]
    public void Texts_are_cut_to_their_limits_and_read_back()
    {
        EdgeStatus status = Status with { LastError = new string('ä', 5000) };
        Assert.True(EdgeStatus.Codec.TryDecode(EdgeStatus.Codec.Encode(status), out EdgeStatus read, out _));
        Assert.StartsWith("äää", read.LastError, StringComparison.Ordinal);
    }

    private static void Refuse(TestResult result, string why)
    {
        Assert.False(TestResult.Codec.TryDecode(TestResult.Codec.Encode(result), out _, out string? fault));
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    private static void Check<T>(EdgeCodec<T> codec, T example)
    {
        byte[] good = codec.Encode(example);
        Assert.True(codec.TryDecode(good, out T read, out string? fault), fault);
        Assert.Equal(good, codec.Encode(read));
        Assert.False(codec.TryDecode([.. good, 0], out _, out _));
        Gen.Select(Gen.Int[0, good.Length], Gen.Byte[1, 255], Gen.Byte.Array[0, 64]).Sample(
            (at, flip, noise) =>
            {
                byte[] bad = [.. good];
                if (at < bad.Length)
                {
                    bad[at] ^= flip;
                }

                Survives(codec, bad);
                Survives(codec, noise);
                Assert.False(at < good.Length && codec.TryDecode(good.AsSpan(0, at), out _, out _));
            },
            iter: 2000);
    }

    private static void Survives<T>(EdgeCodec<T> codec, byte[] bytes)
    {
        if (codec.TryDecode(bytes, out T read, out string? fault))
        {
            Assert.Equal(bytes, codec.Encode(read));
        }
        else
        {
            Assert.NotNull(fault);
        }
    }
}
