using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>Labelled records of one shape: <see cref="Values"/> holds them one after the other, channel
/// first.</summary>
public sealed class Records
{
    /// <exception cref="ArgumentException">Values and labels do not fit each other.</exception>
    public Records(TensorShape shape, int classes, float[] values, int[] labels)
    {
        if (values.LongLength != (long)labels.Length * shape.Elements)
        {
            throw new ArgumentException($"{values.Length} values are not {labels.Length} records of {shape}");
        }

        int wrong = Array.FindIndex(labels, label => label < 0 || label >= classes);
        if (wrong >= 0)
        {
            throw new ArgumentException($"label {labels[wrong]} of record {wrong} is not below {classes}");
        }

        Shape = shape;
        Classes = classes;
        Values = values;
        Labels = labels;
    }

    public TensorShape Shape { get; }

    public int Classes { get; }

    public float[] Values { get; }

    public int[] Labels { get; }

    public int Count => Labels.Length;

    public ReadOnlySpan<float> this[int index] =>
        Values.AsSpan(index * Shape.Elements, Shape.Elements);

    /// <summary>The records at these places, in this order, copied.</summary>
    public Records Take(IReadOnlyList<int> places)
    {
        var values = new float[places.Count * Shape.Elements];
        var labels = new int[places.Count];
        for (int i = 0; i < places.Count; i++)
        {
            this[places[i]].CopyTo(values.AsSpan(i * Shape.Elements));
            labels[i] = Labels[places[i]];
        }

        return new Records(Shape, Classes, values, labels);
    }

    /// <summary>The same values under other labels (a data poisoner's view). The values are shared, not
    /// copied.</summary>
    public Records WithLabels(int[] labels) => new(Shape, Classes, Values, labels);

    /// <summary>How many records carry each label.</summary>
    public int[] CountPerClass()
    {
        var counts = new int[Classes];
        foreach (int label in Labels)
        {
            counts[label]++;
        }

        return counts;
    }
}
