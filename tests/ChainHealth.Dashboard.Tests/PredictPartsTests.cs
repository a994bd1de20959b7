using System.Text;
using Bunit;
using ChainHealth.Client;
using ChainHealth.Dashboard.Components.Predict;
using ChainHealth.Dashboard.Downloads;
using ChainHealth.Dashboard.Prediction;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Tests;

public class PredictPartsTests
{
    [Fact]
    public void A_form_becomes_the_table_that_an_edge_server_reads()
    {
        RecordField[] fields = [Field("age", 40, 95), Field("serum_sodium", 113, 148)];
        var typed = new Dictionary<string, string> { ["age"] = " 61 ", ["serum_sodium"] = "=1+1,2" };

        string table = Encoding.UTF8.GetString(RecordFields.ToCsv(fields, typed, 1, "17"));

        Assert.Equal("age,serum_sodium,label,record\n61,\"=1+1,2\",1,17\n", table);
    }

    [Theory]
    [InlineData("1.5", true)]
    [InlineData("", true)]
    [InlineData("-2e3", true)]
    [InlineData("1,5", false)]
    [InlineData("<script>", false)]
    [InlineData("Infinity", false)]
    public void A_field_takes_numbers_and_nothing(string typed, bool good) =>
        Assert.Equal(good, RecordFields.Fault(typed) is null);

    [Fact]
    public async Task A_yes_or_no_column_is_a_choice_and_a_number_shows_its_range_and_unit()
    {
        await using var context = new PageContext();
        var dataset = new DatasetSummary(
            "heart-failure", "", "", true, new TensorShape(1, 1, 2), ["alive", "died"],
            [
                new ColumnSummary("anaemia", 0, 1, 0.4, 0.5, true),
                new ColumnSummary("ejection_fraction", 14, 80, 38, 12, true),
            ],
            [], [], []);

        var form = context.Render<RecordForm>(p => p.Add(f => f.Dataset, dataset));

        Assert.Equal(["not known", "no", "yes"], form.FindAll("#f-anaemia option").Select(o => o.TextContent));
        Assert.Contains("14 to 80 %", form.Find("#h-ejection_fraction").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_number_is_named_and_nothing_is_sent()
    {
        await using var context = new PageContext();
        int sent = 0;
        var form = context.Render<RecordForm>(p => p.Add(f => f.Dataset, Radius()).Add(f => f.Send, _ => sent++));
        form.Find("#f-mean\\ radius").Change("twelve");
        form.Find("form").Submit();
        Assert.Contains("Enter a number", form.Markup, StringComparison.Ordinal);
        Assert.Equal(0, sent);
        form.Find("#f-mean\\ radius").Change("12");
        form.Find("form").Submit();
        Assert.Equal(1, sent);
    }

    [Fact]
    public void A_download_names_model_and_proof_and_runs_no_formula()
    {
        var answer = new PredictAnswer(
            "wdbc", ["benign", "malignant"], new RunId(1), 2, Digest.Sha256([1]), true,
            [
                new RecordAnswer(
                    "=HYPERLINK(\"x\")", 0, true, 970, [new Reason(ReasonKind.Label, "Its label says benign.")],
                    [30, 970], false),
            ]);
        var batch = new PredictionBatch { Dataset = "wdbc", Model = answer.Model.ToString(), Run = 1, Round = 2 };

        string csv = Encoding.UTF8.GetString(SheetFiles.Csv(PredictionFiles.SheetOf(batch, answer)));

        Assert.Contains("\"'=HYPERLINK(\"\"x\"\")\",found,0.97,benign,malignant,0.97", csv, StringComparison.Ordinal);
        Assert.Contains($"/models/{answer.Model}/proof", csv, StringComparison.Ordinal);
        Assert.Contains("not for diagnosis", csv, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_survives_its_encoding_and_a_damaged_one_is_refused()
    {
        var answer = new PredictAnswer(
            "wdbc", ["benign", "malignant"], new RunId(1), 2, Digest.Sha256([1]), true,
            [new RecordAnswer("line 2", -1, false, 10, [], [400, 600], true)]);
        byte[] bytes = PredictAnswer.Codec.Encode(answer);

        Assert.True(PredictAnswer.Codec.TryDecode(bytes, out PredictAnswer read, out _));
        Assert.Equal((1, true, 1), (read.Records[0].Diagnosis, read.Records[0].Unsure, read.Records.Length));
        for (int i = 0; i < bytes.Length; i++)
        {
            Assert.False(PredictAnswer.Codec.TryDecode(bytes.AsSpan(0, i), out _, out string? fault));
            Assert.NotNull(fault);
        }
    }

    private static DatasetSummary Radius() => new(
        "wdbc", "", "", true, new TensorShape(1, 1, 1), ["benign", "malignant"],
        [new ColumnSummary("mean radius", 6.98, 28.11, 14.13, 3.52, false)], [], [], []);

    private static RecordField Field(string name, double from, double to) =>
        new(new ColumnSummary(name, from, to, 0, 1, true), name, "", []);
}
