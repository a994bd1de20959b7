using System.Collections.Immutable;
using System.Globalization;
using ChainHealth.Client;
using ChainHealth.Learning;

namespace ChainHealth.Edge;

/// <summary>A finding as the answer to a person: found or not, how probable, and why in words.</summary>
internal sealed class FindingWords(DatasetSchema schema, string institution)
{
    /// <summary>A cell this many deviations from the mean, or half the range beyond it, cannot be of this data.
    /// </summary>
    private const double BeyondRange = 0.5;
    private const int RangeReasonsMax = 5;
    private const int Sure = 999;

    public RecordAnswer Answer(SubmittedRecords submitted, int index, RecordFinding finding, AnchorLook? anchor)
    {
        int label = submitted.Labels[index];
        var reasons = new List<Reason>();
        double probability = 0;
        if (label >= 0)
        {
            probability = finding.LabelProbability;
            if (finding.LabelFound)
            {
                reasons.Add(LabelReason(finding, label));
            }
        }
        else
        {
            reasons.Add(new Reason(ReasonKind.Notice, "It came without a label: only its content was judged."));
        }

        if (!double.IsNaN(finding.TriggerProbability))
        {
            probability = Math.Max(probability, finding.TriggerProbability);
            if (finding.TriggerFound)
            {
                reasons.Add(TriggerReason(finding.Place!.Value));
            }
        }

        if (submitted.Raw is { } raw)
        {
            reasons.AddRange(Ranges(raw[index]));
        }

        if (anchor is not null)
        {
            reasons.Add(AnchorReason(anchor));
        }

        bool certain = reasons.Any(r => r.Kind is ReasonKind.Range or ReasonKind.Anchor);
        bool found = certain || reasons.Any(r => r.Kind is ReasonKind.Label or ReasonKind.Trigger);
        return new RecordAnswer(
            submitted.Names[index], label, found, certain ? Sure : Mille(probability),
            [.. reasons.Take(RecordAnswer.ReasonsMax)], [.. finding.Diagnosis.Select(Mille)], finding.Unsure);
    }

    private static int Mille(double share) =>
        double.IsNaN(share) ? 0 : Math.Clamp((int)Math.Round(share * 1000), 0, 1000);

    private static string Percent(double share) => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    private static Reason TriggerReason(PatchPlace place) => new(ReasonKind.Trigger, string.Create(
        CultureInfo.InvariantCulture,
        $"A trigger-like patch of about {place.Side} x {place.Side} pixels stands out at row {place.Row + 1}, column "
        + $"{place.Column + 1} of the image as the model sees it."));

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private Reason LabelReason(RecordFinding finding, int label)
    {
        int seen = finding.Diagnosis.IndexOf(finding.Diagnosis.Max());
        int near = finding.NeighboursPerClass.Sum() - finding.NeighboursPerClass[label];
        string model = seen == label
            ? $"the verified model gives it only {Percent(finding.Diagnosis[label])}"
            : $"the verified model sees {schema.ClassNames[seen]} ({Percent(finding.Diagnosis[seen])})";
        return new Reason(ReasonKind.Label, $"Its label says {schema.ClassNames[label]}; {model}, and {near} of its "
            + $"{finding.NeighboursPerClass.Sum()} nearest verified records carry another label.");
    }

    private IEnumerable<Reason> Ranges(double[] cells)
    {
        int said = 0;
        for (int c = 0; c < cells.Length && said < RangeReasonsMax; c++)
        {
            ColumnRange column = schema.Columns[c];
            double value = cells[c];
            double width = Math.Max(column.Max - column.Min, 1e-9);
            double beyond = Math.Max(column.Min - value, value - column.Max);
            if (double.IsNaN(value) || beyond <= 0)
            {
                continue;
            }

            said++;
            string range = $"the data go from {Number(column.Min)} to {Number(column.Max)}";
            yield return beyond > BeyondRange * width
                ? new Reason(ReasonKind.Range, $"{column.Name} is {Number(value)}, far outside: {range}.")
                : new Reason(ReasonKind.Notice, $"{column.Name} is {Number(value)}, unusual: {range}.");
        }
    }

    private Reason AnchorReason(AnchorLook look)
    {
        string which = string.Create(CultureInfo.InvariantCulture,
            $"record {look.Place} of the data set that {institution} anchored at height {look.Anchor.Height.Value}");
        return look.Same
            ? new Reason(ReasonKind.Anchored, $"It is {which}, unaltered: its Merkle proof holds.")
            : new Reason(ReasonKind.Anchor, $"It is not {which}: something in it was changed since.");
    }
}
