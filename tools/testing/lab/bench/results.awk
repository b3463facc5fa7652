# SPDX-License-Identifier: GPL-2.0-only
#
# results.awk: bench.sh's table of cases, then the VMs' output, as lines
# "kernel case value unit"; makes the text table, and with -v svg=FILE the plot.

function median(kernel, name,    i, j, n, v, x)
{
	n = seen[kernel, name]
	for (i = 1; i <= n; i++) {
		x = value[kernel, name, i]
		for (j = i - 1; j && v[j] > x; j--)
			v[j + 1] = v[j]
		v[j + 1] = x
	}
	return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

function number(x)
{
	return sprintf(x >= 100 ? "%.0f" : x >= 10 ? "%.1f" : "%.2f", x)
}

# "1/40" as a number
function fraction(text,    part)
{
	return split(text, part, "/") == 2 ? part[1] / part[2] : text
}

# The most that @name may be, or -1
function limit(name, stock)
{
	if (kind[name] == "of-stock")
		return stock * fraction(goal[name])
	return kind[name] == "at-most" ? goal[name] : -1
}

function row(name,    stock, new, ratio, most, verdict, wanted)
{
	stock = median("stock", name)
	new = median("new", name)
	ratio = stock ? sprintf("%.3f", new / stock) : "-"
	most = limit(name, stock)
	if (most >= 0) {
		wanted = "<= " goal[name] (kind[name] == "of-stock" ? " x" : "")
		verdict = new <= most ? "yes" : "no"
	}
	printf "%-46s %9s %9s %-8s %6s  %-9s %s\n", title[name], number(stock),
		number(new), unit[name], ratio, wanted, verdict
	if (svg && stock)
		bar(name, stock, new, most)
}

function text(x, y, anchor, what)
{
	printf "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
		x, y, anchor, what >svg
}

function box(x, y, width, height, colour)
{
	printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
		x, y, width, height, colour >svg
}

# Stock is as long in every row; the black line is the goal.
function bar(name, stock, new, most,    y, width)
{
	y = 40 + 34 * bars++
	width = 300 * new / stock
	text(360, y + 15, "end", title[name])
	box(370, y, 300, 10, "#b0b0b0")
	box(370, y + 11, width < 420 ? width : 420, 10, "#2060a0")
	text(676, y + 9, "start", number(stock) " " unit[name])
	text((width > 300 ? 376 + (width < 420 ? width : 420) : 676), y + 20, "start",
		number(new) " " unit[name])
	if (most >= 0)
		box(370 + 300 * most / stock - 1, y - 1, 2, 23, "#000000")
}

function plot(    i, height)
{
	height = 60 + 34 * nr
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n", height >svg
	box(0, 0, 900, height, "#ffffff")
	text(370, 20, "start", "grey: stock, blue: new, black line: goal")
}

# The table of cases: name, kind of goal, goal, title
FILENAME == ARGV[1] {
	order[++nr] = $1
	kind[$1] = $2
	goal[$1] = $3
	sub(/^[^ ]+ +[^ ]+ +[^ ]+ +/, "")
	title[order[nr]] = $0
	next
}

{
	value[$1, $2, ++seen[$1, $2]] = $3 + 0
	unit[$2] = $4
}

END {
	if (svg)
		plot()
	printf "%-46s %9s %9s %-8s %6s  %-9s %s\n", "median of " runs, "stock",
		"new", "", "ratio", "goal", "met"
	for (i = 1; i <= nr; i++)
		if (seen["stock", order[i]] && seen["new", order[i]])
			row(order[i])
	if (svg)
		print "</svg>" >svg
}
