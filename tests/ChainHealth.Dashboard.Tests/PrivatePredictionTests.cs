using System.Collections.Immutable;
using System.Security.Claims;
using Bunit;
using ChainHealth.Client;
using ChainHealth.Dashboard.Audit;
using ChainHealth.Dashboard.Components.Predict;
using ChainHealth.Dashboard.Hosting;
using ChainHealth.Dashboard.Prediction;
using ChainHealth.Mpc;
using ChainHealth.Primitives;
using SkiaSharp;

namespace ChainHealth.Dashboard.Tests;

/// <summary>The dashboard's side of a private prediction; the committee's is tested with real validators elsewhere.
/// </summary>
public sealed class PrivatePredictionTests : IDisposable
{
    private static readonly ClaimsPrincipal Uma = new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, "uma-1"), new Claim(ClaimTypes.Name, "uma")], "test"));

    private readonly Databases _databases = new();

    public void Dispose() => _databases.Dispose();

    [Fact]
    public void A_form_is_standardised_as_the_training_records_were_and_empty_fields_are_not_known()
    {
        RecordField[] fields = [Field("age", 60, 10), Field("sodium", 130, 4), Field("constant", 1, 0)];
        var typed = new Dictionary<string, string> { ["age"] = " 85 ", ["constant"] = "7" };

        Assert.Equal([2.5f, 0f, 0f], PrivateInput.OfForm(fields, typed));
        Assert.Equal(8f, PrivateInput.OfForm(fields, new Dictionary<string, string> { ["age"] = "1e9" })[0]);
    }

    [Fact]
    public void An_image_of_the_models_size_keeps_every_pixel()
    {
        using var bitmap = new SKBitmap(3, 2, SKColorType.Gray8, SKAlphaType.Opaque);
        byte[] grey = [0, 51, 102, 153, 204, 255];
        for (int i = 0; i < grey.Length; i++)
        {
            bitmap.SetPixel(i % 3, i / 3, new SKColor(grey[i], grey[i], grey[i]));
        }

        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);

        Assert.Equal(
            grey.Select(InputScale.OfPixel), PrivateInput.OfImage(png.AsSpan(), new TensorShape(1, 2, 3)));
        Assert.Equal(18, PrivateInput.OfImage(png.AsSpan(), new TensorShape(3, 2, 3)).Length);
    }

    [Fact]
    public void What_is_no_image_and_what_claims_a_hundred_megapixels_is_refused_before_it_is_decoded()
    {
        Assert.Contains("no readable PNG", Refusal([1, 2, 3]), StringComparison.Ordinal);
        using var small = new SKBitmap(1, 1);
        using SKData png = small.Encode(SKEncodedImageFormat.Png, 100);
        byte[] bomb = png.ToArray();
        new byte[] { 0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10 }.CopyTo(bomb, 16);
        RepairHeader(bomb);

        Assert.Contains("10000 x 10000 pixels", Refusal(bomb), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_chain_and_without_a_model_it_says_so()
    {
        await using var context = new PageContext();
        using PrivatePredictions privates = Of(context);
        PrivatePredictionException unreached =
            await Assert.ThrowsAsync<PrivatePredictionException>(() => AskAsync(privates));
        Assert.Contains("out of reach", unreached.Message, StringComparison.Ordinal);

        await context.FollowAsync();
        PrivatePredictionException none =
            await Assert.ThrowsAsync<PrivatePredictionException>(() => AskAsync(privates));
        Assert.Contains("no verified model for wdbc yet", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_validators_refuse_each_is_named_the_record_is_cleared_and_nothing_is_kept()
    {
        await using var context = new PageContext();
        context.Story.Begin(2);
        context.Story.Round(1);
        context.Client.OnPredict = (_, _) => throw new ClientApiException("busy: 2 are under way");
        await context.FollowAsync();
        using PrivatePredictions privates = Of(context);
        float[] record = [.. Enumerable.Repeat(1f, 30)];

        PrivatePredictionException refused = await Assert.ThrowsAsync<PrivatePredictionException>(
            () => privates.AskAsync(Uma, "127.0.0.1", "wdbc", record, "form", CancellationToken.None));

        Assert.Contains("validator-1: busy", refused.Message, StringComparison.Ordinal);
        Assert.Contains("nobody learned anything", refused.Message, StringComparison.Ordinal);
        Assert.All(record, v => Assert.Equal(0, v));
        Assert.Empty(await Store(context).HistoryAsync(Uma, CancellationToken.None));
    }

    [Fact]
    public async Task The_card_says_what_it_cost_and_who_was_silent_and_the_store_keeps_no_answer()
    {
        await using var context = new PageContext();
        PrivateAnswer answer = Answer(context.Chain.Network.Genesis.Members[1]);
        await Store(context).KeepPrivateAsync(Uma, answer, "form", CancellationToken.None);
        PredictionBatch kept = Assert.Single(await Store(context).HistoryAsync(Uma, CancellationToken.None));

        var card = context.Render<PrivateCard>(p => p.Add(c => c.Answer, answer));
        var history = context.Render<PredictionHistory>(p => p.Add(h => h.Batches, [kept]));

        Assert.Contains("malignant", card.Find(".verdict-number").TextContent, StringComparison.Ordinal);
        Assert.Contains("1.5 s, 12.0 kB sent", card.Markup, StringComparison.Ordinal);
        Assert.Contains("validator-2 was silent", card.Markup, StringComparison.Ordinal);
        Assert.Equal((true, "", 0, 15), (kept.Private, kept.Answers, kept.Found, kept.Exchanges));
        Assert.Contains("answer not kept", history.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("malignant", history.Markup, StringComparison.Ordinal);
        Assert.Null(await Store(context).FindAsync(Uma, kept.Id, CancellationToken.None));
    }

    private static PrivateAnswer Answer(Member silent) => new(
        "wdbc", ["benign", "malignant"], new RunId(1), 2,
        new PrivateScores([[0, 3]], [ImmutableArray.Create(0.05, 0.95)], Digest.Sha256([1]), 1.5, 12_000, 15, silent));

    private static Task<PrivateAnswer> AskAsync(PrivatePredictions privates) =>
        privates.AskAsync(Uma, "127.0.0.1", "wdbc", new float[30], "form", CancellationToken.None);

    private static string Refusal(byte[] file) => Assert.Throws<PrivatePredictionException>(
        () => PrivateInput.OfImage(file, new TensorShape(1, 28, 28))).Message;

    private static RecordField Field(string name, double mean, double deviation) =>
        new(new ColumnSummary(name, 0, 1, mean, deviation, false), name, "", []);

    /// <summary>The checksum of the header chunk, over the size that was written into it.</summary>
    private static void RepairHeader(byte[] png) => System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(
        png.AsSpan(29), Crc32(png.AsSpan(12, 17)));

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0xEDB88320);
            }
        }

        return ~crc;
    }

    private AuditLog Log() => new(_databases, TimeProvider.System);

    private PredictionStore Store(PageContext context) =>
        new(context.Board, _databases, Log(), TimeProvider.System);

    private PrivatePredictions Of(PageContext context) => new(
        new DashboardOptions("none", "dashboard", "http://127.0.0.1:0", null), context.Feed, Store(context), Log());
}
