<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ExportController</name>
    <message numerus="yes">
        <source>%n page(s) written to {folder}</source>
        <translation>
            <numerusform>%n page written to {folder}</numerusform>
            <numerusform>%n pages written to {folder}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%n panel(s) to draw</source>
        <translation>
            <numerusform>%n panel to draw</numerusform>
            <numerusform>%n panels to draw</numerusform>
        </translation>
    </message>
</context>
</TS>
