namespace ChainHealth.Learning.Tests;

public sealed class TableReaderTests
{
    [Fact]
    public void A_header_and_words_as_labels_are_read()
    {
        Table table = Csv("age,\"blood, pressure\",sick\n40,1.5,yes\n\n50,?,no\n");

        Assert.Equal(["age", "blood, pressure"], table.FeatureNames.ToArray());
        Assert.Equal(["no", "yes"], table.ClassNames.ToArray());
        Assert.Equal([1, 0], table.Labels);
        Assert.Equal(1.5, table.Rows[0][1]);
        Assert.True(double.IsNaN(table.Rows[1][1]));
    }

    [Fact]
    public void The_layout_of_scikit_learn_is_recognised()
    {
        Table table = Csv("2,3,bad,good\n1,2,3,0\n4,5,6,1\n");

        Assert.Equal(["bad", "good"], table.ClassNames.ToArray());
        Assert.Equal([4d, 5d, 6d], table.Rows[1]);
    }

    [Theory]
    [InlineData("a,b,y\n1,2,0\n1,x,1\n", "cells, line 3, column 2 (b): 'x' is not a number")]
    [InlineData("a,b,y\n1,2,0\n1,1\n", "cells, line 3: 2 columns, expected 3")]
    [InlineData("a,b,y\n1,NaN,0\n", "line 2, column 2 (b): 'NaN' is not a number")]
    [InlineData("a,b,y\n1,1e99,0\n", "line 2, column 2 (b): '1e99' is not a number")]
    [InlineData("a,b,y\n1,2,0\n1,2,2\n", "cells: class 1 (class 1) has no record")]
    [InlineData("a,b,y\n1,2,0\n", "cells: 1 classes, limits are 2..64")]
    [InlineData("1,2,3\n1,2,0\n", "cells, line 1: expected column names, found only numbers")]
    [InlineData("a,b,y\n1,\"2,0\n", "cells, line 2: a quote is not closed")]
    [InlineData("3,1,bad,good\n1,0\n2,1\n", "cells: 2 rows where line 1 says 3")]
    [InlineData("2,1,bad,good\n1,0\n2,2\n", "cells: label 2 where there are 2 classes")]
    [InlineData("2,1,bad,good\n1,0\n2,good\n", "cells, line 3: label 'good' is not a whole number from 0")]
    [InlineData("", "cells: is empty")]
    [InlineData("a,b,y\n", "cells: has no rows")]
    public void Each_fault_names_line_and_column(string text, string expected) => Assert.Contains(
        expected, Assert.Throws<DatasetException>(() => Csv(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Arff_is_read_with_its_nominal_class()
    {
        Table table = Arff("% note\n@relation r\n@attribute 'two words' real\n@ATTRIBUTE n INTEGER\n"
            + "@attribute c {neg, pos}\n@data\n1.5,?,pos\n2,3,neg\n");

        Assert.Equal(["two words", "n"], table.FeatureNames.ToArray());
        Assert.Equal(["neg", "pos"], table.ClassNames.ToArray());
        Assert.Equal([1, 0], table.Labels);
    }

    [Theory]
    [InlineData("@relation r\n@attribute a real\n@data\n1\n", "f, line 3: the last attribute must be nominal")]
    [InlineData("@attribute a string\n", "f, line 1: type 'string' is not read")]
    [InlineData("@attribute c {a,b}\n@attribute x real\n", "f, line 2: only the last attribute may be nominal")]
    [InlineData("@attribute x real\n@attribute c {a,b}\n@data\n1,a\n1,z\n", "f, line 5: label 'z' is none of a, b")]
    [InlineData("@attribute x real\n@attribute c {a,b}\n@data\nq,a\n", "f, line 4, column 1 (x): 'q' is not a number")]
    [InlineData("@attribute x real\n", "f: has no @data")]
    [InlineData("hello\n", "f, line 1: expected @relation, @attribute or @data")]
    public void Faults_in_arff_name_the_line(string text, string expected) => Assert.Contains(
        expected, Assert.Throws<DatasetException>(() => Arff(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Columns_are_standardised_with_the_training_split_alone()
    {
        string rows = string.Concat(Enumerable.Range(0, 100).Select(i => $"{i * i},7,{i % 2}\n"));
        Dataset dataset = Csv("a,constant,y\n" + rows).ToDataset("t", "t");

        Assert.Equal((60, 20, 20), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));
        double[] first = [.. Enumerable.Range(0, 60).Select(i => (double)dataset.Train[i][0])];
        Assert.Equal(0, first.Average(), 5);
        Assert.Equal(1, first.Average(v => v * v), 5);
        Assert.All(Enumerable.Range(0, 60), i => Assert.Equal(0, dataset.Train[i][1]));
        Assert.Equal([30, 30], dataset.Train.CountPerClass());
    }

    [Fact]
    public void A_class_with_too_few_rows_is_named() => Assert.Contains(
        "t: class 1 (class 1) has 1 records, at least 5 are needed",
        Assert.Throws<DatasetException>(() => Csv("a,y\n1,0\n2,0\n3,0\n4,0\n5,0\n6,1\n").ToDataset("t", "t")).Message,
        StringComparison.Ordinal);

    private static Table Csv(string text) => CsvTableReader.Read(new StringReader(text), "cells");

    private static Table Arff(string text) => ArffTableReader.Read(new StringReader(text), "f");
}
